"""mfdecode: mainframe records, by their COBOL copybook, into numpy and Arrow."""
