       01  REC.
           05  DISPLAYED            PIC 9(5) BLANK WHEN ZERO.
           05  EDITED               PIC Z(4)9.99- BLANK WHEN ZERO.
           05  LAST-OF-ALL          PIC X.
