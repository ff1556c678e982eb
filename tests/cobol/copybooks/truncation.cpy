       01  REC.
           05  HALFWORD             PIC S9(4) COMP.
           05  UNSIGNED-HALF        PIC 9(4) COMP.
           05  FULLWORD             PIC S9(9) COMP.
           05  DOUBLEWORD           PIC S9(18) COMP.
