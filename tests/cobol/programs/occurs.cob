      * Tables in tables.
       IDENTIFICATION DIVISION.
       PROGRAM-ID. OCCURS.
       ENVIRONMENT DIVISION.
       INPUT-OUTPUT SECTION.
       FILE-CONTROL.
           SELECT RECORD-FILE ASSIGN TO "records.dat".
       DATA DIVISION.
       FILE SECTION.
       FD  RECORD-FILE.
           COPY "occurs.cpy".
       PROCEDURE DIVISION.
           OPEN OUTPUT RECORD-FILE
           INITIALIZE REC
           PERFORM KEEP
           MOVE "M-1" TO MONTH-NAME(1)
           MOVE 39 TO HOURS(1, 1, 1)
           MOVE 40 TO HOURS(1, 1, 2)
           MOVE -111.15 TO PAY(1, 1)
           MOVE 46 TO HOURS(1, 2, 1)
           MOVE 47 TO HOURS(1, 2, 2)
           MOVE -121.25 TO PAY(1, 2)
           MOVE 53 TO HOURS(1, 3, 1)
           MOVE 54 TO HOURS(1, 3, 2)
           MOVE -131.35 TO PAY(1, 3)
           MOVE "M-2" TO MONTH-NAME(2)
           MOVE 70 TO HOURS(2, 1, 1)
           MOVE 71 TO HOURS(2, 1, 2)
           MOVE -212.15 TO PAY(2, 1)
           MOVE 77 TO HOURS(2, 2, 1)
           MOVE 78 TO HOURS(2, 2, 2)
           MOVE -222.25 TO PAY(2, 2)
           MOVE 84 TO HOURS(2, 3, 1)
           MOVE 85 TO HOURS(2, 3, 2)
           MOVE -232.35 TO PAY(2, 3)
           MOVE 100 TO TOTALS(1)
           MOVE 200 TO TOTALS(2)
           MOVE 300 TO TOTALS(3)
           MOVE "Z" TO LAST-OF-ALL
           PERFORM KEEP
           CALL "PLACE" USING "MONTH-NAME(1)" REC MONTH-NAME(1)
           CALL "PLACE" USING "HOURS(1,1,1)" REC HOURS(1, 1, 1)
           CALL "PLACE" USING "HOURS(1,1,2)" REC HOURS(1, 1, 2)
           CALL "PLACE" USING "PAY(1,1)" REC PAY(1, 1)
           CALL "PLACE" USING "HOURS(1,2,1)" REC HOURS(1, 2, 1)
           CALL "PLACE" USING "HOURS(1,2,2)" REC HOURS(1, 2, 2)
           CALL "PLACE" USING "PAY(1,2)" REC PAY(1, 2)
           CALL "PLACE" USING "HOURS(1,3,1)" REC HOURS(1, 3, 1)
           CALL "PLACE" USING "HOURS(1,3,2)" REC HOURS(1, 3, 2)
           CALL "PLACE" USING "PAY(1,3)" REC PAY(1, 3)
           CALL "PLACE" USING "MONTH-NAME(2)" REC MONTH-NAME(2)
           CALL "PLACE" USING "HOURS(2,1,1)" REC HOURS(2, 1, 1)
           CALL "PLACE" USING "HOURS(2,1,2)" REC HOURS(2, 1, 2)
           CALL "PLACE" USING "PAY(2,1)" REC PAY(2, 1)
           CALL "PLACE" USING "HOURS(2,2,1)" REC HOURS(2, 2, 1)
           CALL "PLACE" USING "HOURS(2,2,2)" REC HOURS(2, 2, 2)
           CALL "PLACE" USING "PAY(2,2)" REC PAY(2, 2)
           CALL "PLACE" USING "HOURS(2,3,1)" REC HOURS(2, 3, 1)
           CALL "PLACE" USING "HOURS(2,3,2)" REC HOURS(2, 3, 2)
           CALL "PLACE" USING "PAY(2,3)" REC PAY(2, 3)
           CALL "PLACE" USING "TOTALS(1)" REC TOTALS(1)
           CALL "PLACE" USING "TOTALS(2)" REC TOTALS(2)
           CALL "PLACE" USING "TOTALS(3)" REC TOTALS(3)
           CALL "PLACE" USING "LAST-OF-ALL" REC LAST-OF-ALL
           CLOSE RECORD-FILE
           GOBACK.

       KEEP.
           DISPLAY "MONTH-NAME(1)=" MONTH-NAME(1)
           DISPLAY "HOURS(1,1,1)=" HOURS(1, 1, 1)
           DISPLAY "HOURS(1,1,2)=" HOURS(1, 1, 2)
           DISPLAY "PAY(1,1)=" PAY(1, 1)
           DISPLAY "HOURS(1,2,1)=" HOURS(1, 2, 1)
           DISPLAY "HOURS(1,2,2)=" HOURS(1, 2, 2)
           DISPLAY "PAY(1,2)=" PAY(1, 2)
           DISPLAY "HOURS(1,3,1)=" HOURS(1, 3, 1)
           DISPLAY "HOURS(1,3,2)=" HOURS(1, 3, 2)
           DISPLAY "PAY(1,3)=" PAY(1, 3)
           DISPLAY "MONTH-NAME(2)=" MONTH-NAME(2)
           DISPLAY "HOURS(2,1,1)=" HOURS(2, 1, 1)
           DISPLAY "HOURS(2,1,2)=" HOURS(2, 1, 2)
           DISPLAY "PAY(2,1)=" PAY(2, 1)
           DISPLAY "HOURS(2,2,1)=" HOURS(2, 2, 1)
           DISPLAY "HOURS(2,2,2)=" HOURS(2, 2, 2)
           DISPLAY "PAY(2,2)=" PAY(2, 2)
           DISPLAY "HOURS(2,3,1)=" HOURS(2, 3, 1)
           DISPLAY "HOURS(2,3,2)=" HOURS(2, 3, 2)
           DISPLAY "PAY(2,3)=" PAY(2, 3)
           DISPLAY "TOTALS(1)=" TOTALS(1)
           DISPLAY "TOTALS(2)=" TOTALS(2)
           DISPLAY "TOTALS(3)=" TOTALS(3)
           DISPLAY "LAST-OF-ALL=" LAST-OF-ALL
           WRITE REC
           DISPLAY "WRITTEN".
