-- Parts: what counts as ordered.
COMMENT ON COLUMN part_stocks.quantity_on_order IS 'On purchase orders, from the draft on, and not received'
;
