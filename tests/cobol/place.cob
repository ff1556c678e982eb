      * Where an item lies in its record and how long it is, as the compiler has it.
       IDENTIFICATION DIVISION.
       PROGRAM-ID. PLACE.
       DATA DIVISION.
       WORKING-STORAGE SECTION.
       01  RECORD-ADDRESS              POINTER.
       01  RECORD-AT REDEFINES RECORD-ADDRESS
                                       PIC 9(18) COMP-5.
       01  ITEM-ADDRESS                POINTER.
       01  ITEM-AT REDEFINES ITEM-ADDRESS
                                       PIC 9(18) COMP-5.
       01  ITEM-OFFSET                 PIC 9(9).
       01  ITEM-LENGTH                 PIC 9(9).
       LINKAGE SECTION.
       01  ITEM-NAME                   PIC X ANY LENGTH.
       01  THE-RECORD                  PIC X ANY LENGTH.
       01  THE-ITEM                    PIC X ANY LENGTH.
       PROCEDURE DIVISION USING ITEM-NAME THE-RECORD THE-ITEM.
           SET RECORD-ADDRESS TO ADDRESS OF THE-RECORD
           SET ITEM-ADDRESS TO ADDRESS OF THE-ITEM
           COMPUTE ITEM-OFFSET = ITEM-AT - RECORD-AT
           MOVE LENGTH OF THE-ITEM TO ITEM-LENGTH
           DISPLAY "@" ITEM-NAME "=" ITEM-OFFSET " " ITEM-LENGTH
           GOBACK.
