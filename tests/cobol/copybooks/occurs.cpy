       01  REC.
           05  MONTHS               OCCURS 2 TIMES.
               10  MONTH-NAME       PIC X(3).
               10  WEEKS            OCCURS 3 TIMES.
                   15  HOURS        PIC 9(2) OCCURS 2 TIMES.
                   15  PAY          PIC S9(3)V99 COMP-3.
           05  TOTALS               PIC S9(4) COMP OCCURS 3.
           05  LAST-OF-ALL          PIC X.
