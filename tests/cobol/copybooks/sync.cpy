       01  REC.
           05  FIRST-BYTE           PIC X.
           05  HALFWORD             PIC S9(4) COMP SYNC.
           05  SECOND-BYTE          PIC X.
           05  FULLWORD             PIC S9(9) COMP SYNC.
           05  THIRD-BYTE           PIC X.
           05  PACKED-BYTES         PIC S9(5) COMP-3 SYNC.
           05  DISPLAY-BYTES        PIC 9(6) SYNC.
           05  DOUBLEWORD           PIC S9(18) COMP SYNC.
           05  REPEATED             OCCURS 3.
               10  KEY-OF           PIC X(2).
               10  COUNT-OF         PIC S9(4) COMP SYNC.
               10  SUM-OF           PIC S9(9) COMP SYNC.
           05  LAST-BYTE            PIC X.
