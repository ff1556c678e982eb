       01  REC.
           05  ONE-DIGIT            PIC 9.
           05  COUNTED              PIC 9(5).
           05  PRICE                PIC 9(5)V99.
           05  BALANCE              PIC S9(5)V99.
           05  FRACTION             PIC SV9(4).
           05  LEADING-SIGN         PIC S9(4) SIGN LEADING.
           05  SEPARATE-SIGN        PIC S9(4) SIGN TRAILING SEPARATE.
           05  LEADING-SEPARATE     PIC S9(4)V9 SIGN LEADING SEPARATE.
           05  LONG-NUMBER          PIC S9(18).
           05  CODE-OF              PIC X(10).
           05  NAME-OF              PIC A(5).
           05  SIGNED-GROUP         SIGN LEADING SEPARATE.
               10  IN-GROUP         PIC S9(3).
