"""Tables that people take away: what they may see, as a sheet, written as a workbook, as CSV or for printing.

What an export holds is said by the module of its subject (`nominations`, `recommended`, `funnel`, `call_sheet`,
`history`); how it is written, by `workbook` and `comma`. `catalogue` says who may take which. Rows are read as they are
written, so that a long export needs no more memory than a short one.
"""
