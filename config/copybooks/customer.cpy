      *****************************************************************
      *    Customer and account, one record a customer
      *****************************************************************
       01  CUSTOMER-RECORD.
           05  CUST-ID                     PIC 9(9).
           05  CUST-NAME.
               10  CUST-FIRST-NAME         PIC X(15).
               10  CUST-LAST-NAME          PIC X(20).
           05  CUST-SSN                    PIC 9(9).
           05  CUST-DOB                    PIC 9(8).
           05  CUST-ADDRESS.
               10  CUST-STREET             PIC X(25).
               10  CUST-CITY               PIC X(20).
               10  CUST-COUNTRY            PIC X(3).
               10  CUST-ZIP                PIC 9(5).
           05  ACCT-NUMBER                 PIC 9(11) COMP-3.
           05  ACCT-TYPE                   PIC X(3).
           05  ACCT-STATUS                 PIC X.
               88  ACCT-ACTIVE             VALUE 'A'.
               88  ACCT-CLOSED             VALUE 'C'.
           05  ACCT-OPEN-DATE              PIC 9(8) COMP-3.
           05  ACCT-BALANCE                PIC S9(9)V99 COMP-3.
           05  ACCT-LIMIT                  PIC S9(7)V99
                                           SIGN TRAILING SEPARATE.
           05  ACCT-OVERDRAFT              PIC S9(7)V99.
           05  ACCT-TXN-COUNT              PIC S9(4) COMP.
           05  ACCT-BRANCH                 PIC 9(9) COMP.
           05  ACCT-MONTHLY OCCURS 3 TIMES INDEXED BY MONTH-IX.
               10  MONTH-DEBIT             PIC S9(7)V99 COMP-3.
               10  MONTH-CREDIT            PIC S9(7)V99 COMP-3.
           05  FILLER                      PIC X(12).
