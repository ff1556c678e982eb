       01  REC.
           05  KEY-OF               PIC X(2).
           05  LINE-COUNT           PIC S9(4) COMP.
           05  LINES-OF             OCCURS 0 TO 4 TIMES
                                    DEPENDING ON LINE-COUNT.
               10  ITEM             PIC X(3).
               10  PRICE            PIC S9(3)V99 COMP-3.
           05  TAIL-DATE            PIC 9(8).
           05  TAIL-SUM             PIC S9(7) COMP-3.
