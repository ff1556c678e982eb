"""What encode reads: tables of values in the formats that decode writes."""
