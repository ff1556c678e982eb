       01  REC.
           05  KIND                 PIC X.
           05  PERSON.
               10  PERSON-NAME      PIC X(6).
               10  BORN             PIC 9(4).
           05  COMPANY              REDEFINES PERSON.
               10  TURNOVER         PIC S9(7)V99 COMP-3.
               10  STAFF            PIC 9(4) COMP.
               10  SHARES           PIC X OCCURS 2.
           05  LAST-OF-ALL          PIC 9(2).
