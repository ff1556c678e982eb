      * Zero that is blank. None has a V here: this compiler gives it a
      * byte of its own, which is wrong.
       IDENTIFICATION DIVISION.
       PROGRAM-ID. BLANK.
       ENVIRONMENT DIVISION.
       INPUT-OUTPUT SECTION.
       FILE-CONTROL.
           SELECT RECORD-FILE ASSIGN TO "records.dat".
       DATA DIVISION.
       FILE SECTION.
       FD  RECORD-FILE.
           COPY "blank.cpy".
       WORKING-STORAGE SECTION.
       01  PLAIN                       PIC S9(12)V9(6).
       PROCEDURE DIVISION.
           OPEN OUTPUT RECORD-FILE
           MOVE 0 TO DISPLAYED EDITED
           MOVE "A" TO LAST-OF-ALL
           PERFORM KEEP
           MOVE 123.45 TO DISPLAYED EDITED
           MOVE "B" TO LAST-OF-ALL
           PERFORM KEEP
           MOVE 1 TO DISPLAYED
           MOVE -1 TO EDITED
           MOVE "C" TO LAST-OF-ALL
           PERFORM KEEP
           CALL "PLACE" USING "DISPLAYED" REC DISPLAYED
           CALL "PLACE" USING "EDITED" REC EDITED
           CALL "PLACE" USING "LAST-OF-ALL" REC LAST-OF-ALL
           CLOSE RECORD-FILE
           GOBACK.

       KEEP.
           MOVE DISPLAYED TO PLAIN
           DISPLAY "DISPLAYED=" PLAIN
           MOVE EDITED TO PLAIN
           DISPLAY "EDITED=" PLAIN
           DISPLAY "LAST-OF-ALL=" LAST-OF-ALL
           WRITE REC
           DISPLAY "WRITTEN".
