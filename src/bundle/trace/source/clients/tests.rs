use super::*;

/// How requests come to the first creation of a file: exports by their names.
fn callers(source: &str) -> Vec<String> {
    let code = read(Utf8Path::new("/p/a.ts"), source).unwrap();
    let first = code.creations.first().expect(source);
    first.callers.iter().map(name).collect()
}

fn name(caller: &Caller) -> String {
    match caller {
        Caller::Export(name) => name.clone(),
        other => format!("{other:?}"),
    }
}

#[test]
fn a_client_that_is_made_for_each_request_is_seen() {
    for (source, expected) in [
        ("export default async (q, s) => { const p = new PrismaClient(); s.json(await p.a.b()) }", "default"),
        ("export default async function h(q) { const p = new PrismaClient() }", "default"),
        ("module.exports = (q) => { let p; try { p = new PrismaClient() } finally { p.$disconnect() } }", "default"),
        ("const h = async () => { const p = new PrismaClient() }; export default h", "default"),
        ("const h = async () => { const p = new PrismaClient() }; module.exports = auth(h)", "default"),
        ("export const GET = wrap(async () => { const p = new PrismaClient().$extends(x()); await p.a.b() })", "GET"),
        ("export async function POST() { return new PrismaClient().a.b() }", "POST"),
        ("function f() { const p = new PrismaClient() } export { f as GET }", "GET"),
        ("exports.handler = async () => { if (a) { const p = new PrismaClient(); await p.b() } }", "handler"),
        (
            "const make = () => new PrismaClient(); exports.handler = async () => { const p = make(); await p.a.b() }",
            "handler",
        ),
        (
            "function make() { const p = new PrismaClient(); return p } exports.handler = async () => { await make().a.b() }",
            "handler",
        ),
        ("async function run(q) { const p = new PrismaClient() } export default (q, s) => run(q)", "default"),
        ("app.get('/a', async (q, s) => { const p = new PrismaClient() })", "Route"),
        ("router.post('/a', auth, h); async function h(q, s) { const p = new PrismaClient() }", "Route"),
        ("http.createServer(async (q, s) => { const p = new PrismaClient() }).listen(1)", "Route"),
        ("new ApolloServer({ context: () => ({ p: new PrismaClient() }) })", "Context"),
        ("const context = async () => { return { p: new PrismaClient() } }; new ApolloServer({ context })", "Context"),
        (
            "import { PrismaClient as P } from '@prisma/client'; export default async () => { const p = new P() }",
            "default",
        ),
        ("const c = require('@prisma/client'); export default () => { const p = new c.PrismaClient() }", "default"),
        (
            "const { Photon } = require('@generated/photon'); module.exports = () => { const p = new Photon() }",
            "default",
        ),
        ("export default { GET: async () => { const p = new PrismaClient() } }", "GET"),
    ] {
        assert_eq!(callers(source), [expected], "{source}");
    }
    let source = "export const list = async (req, res) => { const p = new PrismaClient() }";
    assert_eq!(callers(source), ["list", "Answer"]);
}

#[test]
fn a_client_that_is_kept_is_none_of_a_request() {
    for source in [
        "const p = new PrismaClient(); export default async () => { await p.a.b() }",
        "export default async () => { globalThis.p ??= new PrismaClient() }",
        "let p; export default async () => { p = p || new PrismaClient() }",
        "let p; export default async () => { if (!p) { p = new PrismaClient() } }",
        "let p; export default async () => { if (!p) { const q = new PrismaClient(); p = q } }",
        "let p; function get() { if (p) return p; const q = new PrismaClient(); p = q; return q } export default async () => { get().a() }",
        "let p; function get() { return p ?? (p = new PrismaClient()) } export default async () => { get().a() }",
        "let p; const make = () => new PrismaClient(); export default async () => { p ??= make() }",
        "let p; const make = () => new PrismaClient(); export default async () => { const q = p ?? make() }",
        "const make = () => new PrismaClient(); const p = globalThis.p ?? make(); export default async () => { p.a() }",
        "const get = once(() => new PrismaClient()); export default async () => { get().a() }",
        "export default async () => { const p = remember('p', () => new PrismaClient()) }",
        "export default async () => { const p = new PrismaClient(); cache.set('p', p) }",
        "export default async () => { const p = new PrismaClient(); global.p = p }",
        "export default async (app) => { const p = new PrismaClient(); app.decorate('p', p) }",
        "async function main() { const p = new PrismaClient() } main()",
        "process.on('exit', async () => { const p = new PrismaClient() })",
        "export default async () => { setInterval(() => { const p = new PrismaClient() }, 1) }",
        "export const make = (() => { const p = new PrismaClient(); return () => p })()",
        "class S extends PrismaClient { constructor() { super() } }",
        "class A { p = new PrismaClient(); get() { return this.p } } export default A",
        "cache.get('/a', () => new PrismaClient())",
        "function a() { const p = new PrismaClient() } function b() { function a() {} a() } export default b",
    ] {
        let found = callers(source);
        assert!(found.iter().all(|name| name == "Route" && source.starts_with("cache.get")), "{source}: {found:?}");
    }
}

#[test]
fn options_adapters_and_imports_are_read() {
    let source = "import { PrismaClient } from '@prisma/client/edge'\n\
        import { withAccelerate } from '@prisma/extension-accelerate'\n\
        export const config = { runtime: 'edge' }\n\
        process.env.DATABASE_URL = x\n\
        const adapter = new PrismaPg({ connectionString })\n\
        const a = new PrismaClient({ adapter, log: [] })\n\
        const b = new PrismaClient({ adapter: new PrismaPg(pool) })\n\
        const c = new PrismaClient(options)\n\
        const d = new PrismaClient({ ...options })\n\
        class E extends PrismaClient { constructor() { super({ log: [] }) } }\n";
    let code = read(Utf8Path::new("/p/a.ts"), source).unwrap();
    assert!(code.accelerates && code.is_edge && code.sets_env.contains("DATABASE_URL"));
    for import in code.creations.iter().map(|made| made.import.as_ref().unwrap()) {
        assert_eq!(
            (import.specifier.as_str(), import.span.slice(source)),
            ("@prisma/client/edge", "'@prisma/client/edge'")
        );
    }
    let adapter = |is_of_settings| Some(Adapter { class: "PrismaPg".to_owned(), is_of_settings });
    let adapters: Vec<_> = code.creations.iter().map(|made| made.adapter.clone()).collect();
    assert_eq!(adapters, [adapter(true), adapter(false), None, None, None]);
    let lack: Vec<_> = code.creations.iter().map(|made| made.options.lacks("adapter")).collect();
    assert_eq!(lack, [false, false, false, false, true]);
    assert!(code.creations.iter().take(4).all(|made| made.at_load));
}

#[test]
fn disconnects_of_requests_are_seen() {
    for (source, expected) in [
        ("export default async () => { try { await p.a() } finally { await p.$disconnect() } }", &["default"][..]),
        ("export default async () => { await f().finally(() => p.$disconnect()) }", &["default"]),
        ("export default async () => { process.on('exit', () => p.$disconnect()) }", &[]),
        ("export default async () => { const p = make(); await p.$disconnect() }", &[]),
        ("export default async (p) => { await p.$disconnect() }", &[]),
        ("export default async (q) => { await q.p.$disconnect() }", &[]),
        ("main().finally(async () => { await p.$disconnect() })", &[]),
        ("app.addHook('onClose', async () => { await p.$disconnect() })", &[]),
        ("const p = new PrismaClient(); module.exports = async () => { await p.disconnect() }", &["default"]),
    ] {
        let code = read(Utf8Path::new("/p/a.js"), source).unwrap();
        let found: Vec<_> = code.disconnects.iter().flat_map(|one| one.callers.iter().map(name)).collect();
        assert_eq!(found, expected, "{source}");
    }
    let other = read(Utf8Path::new("/p/a.js"), "socket.disconnect(); new PrismaClient()").unwrap();
    assert_eq!(other.disconnects, []);
}

#[test]
fn other_classes_are_no_clients() {
    for source in [
        "import { Photon } from 'particle'; const p = new Photon()",
        "class PrismaClient {} const p = new PrismaClient()",
        "import type { PrismaClient } from '@prisma/client/edge'; let p: PrismaClient",
    ] {
        let code = read(Utf8Path::new("/p/a.ts"), source).unwrap();
        assert_eq!(code.creations, [], "{source}");
    }
}

#[test]
fn a_class_is_of_the_module_that_it_is_imported_from() {
    for source in [
        "import { PrismaClient } from 'x'; import { Prisma } from 'y'; new PrismaClient()",
        "import { PrismaClient as P, type A } from 'x'; import type { PrismaClient } from 'y'; new P()",
        "import * as p from 'x'; new p.PrismaClient()",
        "import p from 'x'; const { PrismaClient } = p; new PrismaClient()",
        "const p = require('x'); const q = require('y'); new p.PrismaClient()",
        "const { PrismaClient: P } = require('x'), { Prisma } = require('y'); new P()",
        "const P = new (require('x').PrismaClient)()",
        "const { PrismaClient } = await import('x'); new PrismaClient()",
        "import { PrismaClient } from 'x'; class E extends PrismaClient { constructor() { super() } }",
    ] {
        let code = read(Utf8Path::new("/p/a.ts"), source).unwrap();
        let [made] = code.creations.as_slice() else { panic!("{source}: {:?}", code.creations) };
        assert_eq!(made.import.as_ref().map(|import| import.specifier.as_str()), Some("x"), "{source}");
    }
    let code = read(Utf8Path::new("/p/a.ts"), "new PrismaClient()").unwrap();
    assert_eq!(code.creations[0].import, None);
}

#[test]
fn hostile_sources_end_soon() {
    let nested = |open: &str, close: &str, count: usize| {
        format!("const p = new PrismaClient()\n{}p;{}", open.repeat(count), close.repeat(count))
    };
    let functions: String =
        (0..4_000).map(|at| format!("function f{at}() {{ f{}(); new PrismaClient() }}\n", at + 1)).collect();
    let exports: String =
        (0..4_000).map(|at| format!("export function e{at}() {{ f0(); p.$disconnect() }}\n")).collect();
    let alike = "export default () => { const p = new PrismaClient(); global.p = p }\n";
    let start = std::time::Instant::now();
    for text in [
        nested("() => {", "}", 3_000),
        nested("[", "]", 3_000),
        nested("f(", ")", 3_000),
        nested("class A extends PrismaClient { constructor() { super();", "}}", 1_000),
        format!("{functions}{exports}"),
        format!(
            "const p = new PrismaClient();{}{}{}",
            "() => {".repeat(2_000),
            "p;".repeat(200_000),
            "}".repeat(2_000)
        ),
        format!("export default () => {{ {} }}", "const p = new PrismaClient(); x(p);".repeat(10_000)),
        alike.repeat(2),
    ] {
        // On the stack that the tracer's threads have.
        let reading = std::thread::Builder::new().stack_size(parse::STACK);
        reading.spawn(move || read(Utf8Path::new("/p/a.js"), &text).is_some()).unwrap().join().unwrap();
    }
    assert!(start.elapsed().as_secs() < 60, "{:?}", start.elapsed());
}
