       01  REC.
           05  STATE                PIC X(2).
               88  ACTIVE          VALUE "A" "AB".
               88  CLOSED          VALUE "C" THRU "D".
           05  GRADE                PIC S9(3)V9 COMP-3.
               88  PASSED          VALUE 1 THRU 3.5.
               88  FAILED          VALUE 4 5 -1.
