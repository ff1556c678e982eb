      * Two descriptions of the same bytes; KIND says which one a record
      * has.
       IDENTIFICATION DIVISION.
       PROGRAM-ID. REDEFINES.
       ENVIRONMENT DIVISION.
       INPUT-OUTPUT SECTION.
       FILE-CONTROL.
           SELECT RECORD-FILE ASSIGN TO "records.dat".
       DATA DIVISION.
       FILE SECTION.
       FD  RECORD-FILE.
           COPY "redefines.cpy".
       PROCEDURE DIVISION.
           OPEN OUTPUT RECORD-FILE
           MOVE "P" TO KIND
           MOVE "MILLER" TO PERSON-NAME
           MOVE 1961 TO BORN
           MOVE 1 TO LAST-OF-ALL
           PERFORM KEEP
           MOVE "C" TO KIND
           MOVE -1234567.89 TO TURNOVER
           MOVE 512 TO STAFF
           MOVE "A" TO SHARES(1)
           MOVE "B" TO SHARES(2)
           MOVE 2 TO LAST-OF-ALL
           PERFORM KEEP
           CALL "PLACE" USING "KIND" REC KIND
           CALL "PLACE" USING "PERSON-NAME" REC PERSON-NAME
           CALL "PLACE" USING "BORN" REC BORN
           CALL "PLACE" USING "TURNOVER" REC TURNOVER
           CALL "PLACE" USING "STAFF" REC STAFF
           CALL "PLACE" USING "SHARES(1)" REC SHARES(1)
           CALL "PLACE" USING "SHARES(2)" REC SHARES(2)
           CALL "PLACE" USING "LAST-OF-ALL" REC LAST-OF-ALL
           CLOSE RECORD-FILE
           GOBACK.

       KEEP.
           DISPLAY "KIND=" KIND
           IF KIND = "P"
               DISPLAY "PERSON-NAME=" PERSON-NAME
               DISPLAY "BORN=" BORN
           ELSE
               DISPLAY "TURNOVER=" TURNOVER
               DISPLAY "STAFF=" STAFF
               DISPLAY "SHARES(1)=" SHARES(1)
               DISPLAY "SHARES(2)=" SHARES(2)
           END-IF
           DISPLAY "LAST-OF-ALL=" LAST-OF-ALL
           WRITE REC
           DISPLAY "WRITTEN".
