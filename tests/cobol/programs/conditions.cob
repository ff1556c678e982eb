      * Level 88: the names whose values a record has.
       IDENTIFICATION DIVISION.
       PROGRAM-ID. CONDITIONS.
       ENVIRONMENT DIVISION.
       INPUT-OUTPUT SECTION.
       FILE-CONTROL.
           SELECT RECORD-FILE ASSIGN TO "records.dat".
       DATA DIVISION.
       FILE SECTION.
       FD  RECORD-FILE.
           COPY "conditions.cpy".
       PROCEDURE DIVISION.
           OPEN OUTPUT RECORD-FILE
           MOVE "A" TO STATE
           MOVE 1 TO GRADE
           PERFORM KEEP
           MOVE "AB" TO STATE
           MOVE 3.5 TO GRADE
           PERFORM KEEP
           MOVE "C" TO STATE
           MOVE 4 TO GRADE
           PERFORM KEEP
           MOVE "CX" TO STATE
           MOVE -1 TO GRADE
           PERFORM KEEP
           MOVE "D" TO STATE
           MOVE 3.6 TO GRADE
           PERFORM KEEP
           MOVE "X" TO STATE
           MOVE 0 TO GRADE
           PERFORM KEEP
           CALL "PLACE" USING "STATE" REC STATE
           CALL "PLACE" USING "GRADE" REC GRADE
           CLOSE RECORD-FILE
           GOBACK.

       KEEP.
           DISPLAY "STATE=" STATE
           DISPLAY "GRADE=" GRADE
           IF ACTIVE DISPLAY "?ACTIVE" END-IF
           IF CLOSED DISPLAY "?CLOSED" END-IF
           IF PASSED DISPLAY "?PASSED" END-IF
           IF FAILED DISPLAY "?FAILED" END-IF
           WRITE REC
           DISPLAY "WRITTEN".
