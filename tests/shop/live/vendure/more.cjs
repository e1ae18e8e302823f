// Many more goods in a Vendure shop: its own rows copied in its database, with ids of their own.
'use strict';

// Each table's columns that name a row which is copied too; what is not named here stays shared.
const COPIED = {
    product: ['id'],
    product_translation: ['id', 'baseId'],
    product_channels_channel: ['productId'],
    product_facet_values_facet_value: ['productId'],
    product_variant: ['id', 'productId'],
    product_variant_translation: ['id', 'baseId'],
    product_variant_price: ['id', 'variantId'],
    product_variant_channels_channel: ['productVariantId'],
    product_variant_facet_values_facet_value: ['productVariantId'],
    collection_product_variants_product_variant: ['productVariantId'],
    stock_level: ['id', 'productVariantId'],
};
const STEP = 10000; // between the ids of one copy and the next

exports.fill = async (source, wanted) => {
    const [{ n }] = await source.query('SELECT count(*) AS n FROM product_variant');
    const copies = Math.ceil(wanted / n) - 1;
    await source.query('PRAGMA foreign_keys = OFF');
    for (const [table, moved] of Object.entries(COPIED)) {
        const columns = (await source.query(`PRAGMA table_info("${table}")`)).map(column => column.name);
        const missing = moved.filter(column => !columns.includes(column));
        if (missing.length) throw new Error(`${table} has no ${missing}, but ${columns}`);
        const values = columns.map(column => moved.includes(column) ? `t."${column}" + c.n * ${STEP}` : `t."${column}"`);
        await source.query(
            `WITH RECURSIVE c(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c WHERE n < ${copies})
             INSERT INTO "${table}" (${columns.map(column => `"${column}"`)})
             SELECT ${values} FROM c, "${table}" t`,
        );
    }
};
