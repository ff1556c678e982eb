       01  REC.
           05  SIGNED-1             PIC S9(1) COMP-5.
           05  SIGNED-2             PIC S9(2) COMP-5.
           05  SIGNED-4             PIC S9(4) COMP-5.
           05  SIGNED-5             PIC S9(5) COMP-5.
           05  SIGNED-9             PIC S9(9) COMP-5.
           05  SIGNED-10            PIC S9(10) COMP-5.
           05  SIGNED-18            PIC S9(18) COMP-5.
           05  UNSIGNED-2           PIC 9(2) COMP-5.
           05  UNSIGNED-4           PIC 9(4) COMP-5.
           05  UNSIGNED-9           PIC 9(9) COMP-5.
           05  UNSIGNED-18          PIC 9(18) COMP-5.
           05  AMOUNT               PIC S9(7)V99 COMP-5.
