COMMENT ON COLUMN part_stocks.quantity_on_order IS 'Ordered and not received'
;
