       01  REC.
           05  BEFORE-IT            PIC X(3).
           05  NATIONAL-NAME        PIC N(4).
           05  NATIONAL-TABLE       PIC N(2) OCCURS 2.
           05  AFTER-IT             PIC 9(3).
