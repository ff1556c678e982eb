       01  REC.
           05  FIRST-ONE            PIC X(3).
           05  SECOND-ONE.
               10  IN-SECOND        PIC S9(5) COMP-3.
               10  ALSO-IN-SECOND   PIC X(4) OCCURS 2.
           05  THIRD-ONE            PIC 9(5).
       66  WHOLE-RANGE RENAMES FIRST-ONE THRU THIRD-ONE.
       66  OF-GROUP RENAMES SECOND-ONE.
       66  ACROSS RENAMES FIRST-ONE THRU IN-SECOND.
