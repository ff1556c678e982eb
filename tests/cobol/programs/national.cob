      * PIC N: two bytes a character. Their values are left out: this
      * compiler writes ASCII into them, and says itself that its
      * NATIONAL is unfinished.
       IDENTIFICATION DIVISION.
       PROGRAM-ID. NATIONAL.
       ENVIRONMENT DIVISION.
       INPUT-OUTPUT SECTION.
       FILE-CONTROL.
           SELECT RECORD-FILE ASSIGN TO "records.dat".
       DATA DIVISION.
       FILE SECTION.
       FD  RECORD-FILE.
           COPY "national.cpy".
       PROCEDURE DIVISION.
           OPEN OUTPUT RECORD-FILE
           MOVE "ABC" TO BEFORE-IT
           MOVE 123 TO AFTER-IT
           PERFORM KEEP
           CALL "PLACE" USING "BEFORE-IT" REC BEFORE-IT
           CALL "PLACE" USING "NATIONAL-NAME" REC NATIONAL-NAME
           CALL "PLACE" USING "NATIONAL-TABLE(1)" REC NATIONAL-TABLE(1)
           CALL "PLACE" USING "NATIONAL-TABLE(2)" REC NATIONAL-TABLE(2)
           CALL "PLACE" USING "AFTER-IT" REC AFTER-IT
           CLOSE RECORD-FILE
           GOBACK.

       KEEP.
           DISPLAY "BEFORE-IT=" BEFORE-IT
           DISPLAY "AFTER-IT=" AFTER-IT
           WRITE REC
           DISPLAY "WRITTEN".
