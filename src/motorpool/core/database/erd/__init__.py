"""Entity-relationship diagrams of the live database: one for each domain, as SVG and as Mermaid.

`catalog` reads what there is, `layout` (with `stacking`) decides where the `shapes` stand, `svg` and `mermaid` draw,
`pages` writes the files. The same catalog gives the same bytes.
"""
