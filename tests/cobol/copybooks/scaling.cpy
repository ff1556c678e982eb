       01  REC.
           05  THOUSANDS            PIC 9(3)P(3).
           05  SIGNED-HUNDREDS      PIC S9(4)PP.
           05  SMALL                PIC VPP9(3).
           05  PACKED-HUNDREDS      PIC S9(4)PP COMP-3.
           05  PACKED-SMALL         PIC SVP(3)9(4) COMP-3.
           05  BINARY-HUNDREDS      PIC S9(4)PP COMP.
           05  BINARY-SMALL         PIC SVPP9(3) COMP.
           05  BINARY-THOUSANDS     PIC 9(6)P(3) COMP.
