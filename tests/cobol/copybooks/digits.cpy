       01  REC.
           05  ZONED-38             PIC S9(38).
           05  ZONED-31             PIC S9(29)V99 SIGN LEADING SEPARATE.
           05  ZONED-19             PIC 9(19).
           05  PACKED-38            PIC S9(38) COMP-3.
           05  PACKED-37            PIC S9(30)V9(7) COMP-3.
           05  PACKED-19            PIC 9(19) COMP-3.
