// A real Vendure shop for the tests: its sample catalog, in memory, with the custom fields a retailer adds.
'use strict';
const fs = require('fs');
const path = require('path');
const {
    bootstrap, DefaultLogger, LogLevel, TransactionalConnection, dummyPaymentHandler,
} = require('@vendure/core');
const { populate } = require('@vendure/core/cli');

const port = Number(process.env.PORT);
const assets = process.env.ASSETS;

const config = {
    apiOptions: {
        hostname: '127.0.0.1', port, adminApiPath: 'admin-api', shopApiPath: 'shop-api',
        adminListQueryLimit: 1000, shopListQueryLimit: 1000,
    },
    authOptions: {
        tokenMethod: ['bearer', 'api-key'],
        superadminCredentials: { identifier: process.env.ADMIN, password: process.env.PASSWORD },
        requireVerification: false,
        cookieOptions: { secret: process.env.PASSWORD },
    },
    dbConnectionOptions: { type: 'sqljs', synchronize: true, logging: false },
    paymentOptions: { paymentMethodHandlers: [dummyPaymentHandler] },
    logger: new DefaultLogger({ level: LogLevel.Warn, timestamp: false }),
    customFields: {
        ProductVariant: [
            { name: 'barcode', type: 'string', nullable: true },
            { name: 'unitCost', type: 'int', nullable: true },
        ],
        Customer: [{ name: 'personalSuggestions', type: 'boolean', nullable: true }],
        Order: [{ name: 'salesperson', type: 'string', nullable: true }],
    },
};

async function main() {
    const initial = JSON.parse(fs.readFileSync(path.join(assets, 'initial-data.json'), 'utf8'));
    initial.collections.forEach(collection => delete collection.assetPaths);
    initial.paymentMethods[0].handler.arguments[0].value = 'true';
    const app = await populate(() => bootstrap(config), initial, path.join(assets, 'products.csv'));
    const wanted = Number(process.env.GOODS || 0);
    if (wanted) await require('./more.cjs').fill(app.get(TransactionalConnection).rawConnection, wanted);
    console.log(JSON.stringify({ ready: true, port }));
    process.on('SIGTERM', () => app.close().then(() => process.exit(0)));
}

main().catch(problem => { console.error(problem); process.exit(1); });
