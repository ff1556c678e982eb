       01  REC.
           05  TO-THE-RIGHT         PIC X(8) JUSTIFIED RIGHT.
           05  TO-THE-LEFT          PIC X(8).
           05  WITH-INSERTIONS      PIC X(2)BX(3)/X.
           05  LETTERS              PIC A(4) JUST.
