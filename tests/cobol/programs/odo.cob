      * A table of variable size at the end of the record: the records
      * are as long as it is full. The compiler writes them with
      * descriptor words that do not count their own four bytes.
       IDENTIFICATION DIVISION.
       PROGRAM-ID. ODO.
       ENVIRONMENT DIVISION.
       INPUT-OUTPUT SECTION.
       FILE-CONTROL.
           SELECT RECORD-FILE ASSIGN TO "records.dat".
       DATA DIVISION.
       FILE SECTION.
       FD  RECORD-FILE.
           COPY "odo.cpy".
       WORKING-STORAGE SECTION.
       01  LINE-NO                     PIC 9.
       PROCEDURE DIVISION.
           OPEN OUTPUT RECORD-FILE
           MOVE "K0" TO KEY-OF
           MOVE 0 TO LINE-COUNT
           PERFORM KEEP
           MOVE "K1" TO KEY-OF
           MOVE 1 TO LINE-COUNT
           MOVE "I-1" TO ITEM(1)
           MOVE -101.50 TO PRICE(1)
           PERFORM KEEP
           MOVE "K3" TO KEY-OF
           MOVE 3 TO LINE-COUNT
           MOVE "I-1" TO ITEM(1)
           MOVE -301.50 TO PRICE(1)
           MOVE "I-2" TO ITEM(2)
           MOVE -302.50 TO PRICE(2)
           MOVE "I-3" TO ITEM(3)
           MOVE -303.50 TO PRICE(3)
           PERFORM KEEP
           MOVE "K4" TO KEY-OF
           MOVE 4 TO LINE-COUNT
           MOVE "I-1" TO ITEM(1)
           MOVE -401.50 TO PRICE(1)
           MOVE "I-2" TO ITEM(2)
           MOVE -402.50 TO PRICE(2)
           MOVE "I-3" TO ITEM(3)
           MOVE -403.50 TO PRICE(3)
           MOVE "I-4" TO ITEM(4)
           MOVE -404.50 TO PRICE(4)
           PERFORM KEEP
           CALL "PLACE" USING "KEY-OF" REC KEY-OF
           CALL "PLACE" USING "LINE-COUNT" REC LINE-COUNT
           CALL "PLACE" USING "ITEM(1)" REC ITEM(1)
           CALL "PLACE" USING "PRICE(1)" REC PRICE(1)
           CALL "PLACE" USING "ITEM(2)" REC ITEM(2)
           CALL "PLACE" USING "PRICE(2)" REC PRICE(2)
           CALL "PLACE" USING "ITEM(3)" REC ITEM(3)
           CALL "PLACE" USING "PRICE(3)" REC PRICE(3)
           CALL "PLACE" USING "ITEM(4)" REC ITEM(4)
           CALL "PLACE" USING "PRICE(4)" REC PRICE(4)
           CLOSE RECORD-FILE
           GOBACK.

       KEEP.
           DISPLAY "KEY-OF=" KEY-OF
           DISPLAY "LINE-COUNT=" LINE-COUNT
           PERFORM VARYING LINE-NO FROM 1 BY 1
                   UNTIL LINE-NO > LINE-COUNT
               DISPLAY "ITEM(" LINE-NO ")=" ITEM(LINE-NO)
               DISPLAY "PRICE(" LINE-NO ")=" PRICE(LINE-NO)
           END-PERFORM
           WRITE REC
           DISPLAY "WRITTEN".
