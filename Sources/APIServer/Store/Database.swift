import CLinux
import CSQLite
import KubeModel

/// The durable copy of all objects: one SQLite file in WAL mode, used by one thread at a time.
///
/// Safe: the connection is opened without SQLite's own locks; `Store` hands it to its writer thread and touches it no
/// more.
final class Database: @unchecked Sendable {
    /// One stored object, as its row says.
    struct Row {
        let key: StoreKey
        let revision: Int64
        let json: [UInt8]
    }

    private let connection: OpaquePointer
    private let put: Statement
    private let remove: Statement
    private let setRevision: Statement
    private var isSynchronousFull = true

    /// Opens the file, making it where there is none.
    init(path: String) throws(StoreFault) {
        var opened: OpaquePointer?
        let flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX
        guard sqlite3_open_v2(path, &opened, flags, nil) == SQLITE_OK, let connection = opened else {
            let why = opened.map { String(cString: sqlite3_errmsg($0)) } ?? "out of memory"
            sqlite3_close_v2(opened)
            throw .unusable("cannot open \(path): \(why)")
        }
        self.connection = connection
        do throws(StoreFault) {
            try Database.execute(Database.schema, on: connection)
            put = try Statement("INSERT OR REPLACE INTO objects VALUES (?1, ?2, ?3, ?4, ?5)", connection)
            remove = try Statement(
                "DELETE FROM objects WHERE collection = ?1 AND namespace = ?2 AND name = ?3",
                connection
            )
            setRevision = try Statement("UPDATE counter SET revision = ?1", connection)
        } catch {
            sqlite3_close_v2(connection)
            throw error
        }
    }

    deinit {
        for statement in [put, remove, setRevision] { statement.finalize() }
        sqlite3_close_v2(connection)
    }

    private static let schema = """
        PRAGMA journal_mode = WAL;
        PRAGMA synchronous = FULL;
        CREATE TABLE IF NOT EXISTS objects (
            collection TEXT NOT NULL, namespace TEXT NOT NULL, name TEXT NOT NULL,
            revision INTEGER NOT NULL, json BLOB NOT NULL,
            PRIMARY KEY (collection, namespace, name)
        ) WITHOUT ROWID;
        CREATE TABLE IF NOT EXISTS counter (revision INTEGER NOT NULL);
        INSERT INTO counter SELECT 0 WHERE NOT EXISTS (SELECT 1 FROM counter);
        """

    /// The last revision that was given out.
    func revision() throws(StoreFault) -> Int64 {
        let select = try Statement("SELECT revision FROM counter", connection)
        defer { select.finalize() }
        return try select.step() ? select.integer(0) : 0
    }

    /// All objects.
    func rows() throws(StoreFault) -> [Row] {
        let select = try Statement("SELECT collection, namespace, name, revision, json FROM objects", connection)
        defer { select.finalize() }
        var rows: [Row] = []
        while try select.step() {
            let namespace = select.text(1)
            let object = ObjectKey(namespace: namespace.isEmpty ? nil : namespace, name: select.text(2))
            let key = StoreKey(collection: select.text(0), object: object)
            rows.append(Row(key: key, revision: select.integer(3), json: select.bytes(4)))
        }
        return rows
    }

    /// Starts a transaction whose end is on the disk (`powerLoss`) or with the operating system.
    func begin(_ durability: ResourceType.Durability) throws(StoreFault) {
        let isFull = durability == .powerLoss
        if isFull != isSynchronousFull {
            try Database.execute("PRAGMA synchronous = \(isFull ? "FULL" : "NORMAL")", on: connection)
            isSynchronousFull = isFull
        }
        try Database.execute("BEGIN IMMEDIATE", on: connection)
    }

    /// Stores one object's new state.
    func store(_ row: Row) throws(StoreFault) {
        put.bind(key: row.key)
        put.bind(4, row.revision)
        put.bind(5, row.json)
        try put.run()
    }

    /// Removes one object.
    func delete(_ key: StoreKey) throws(StoreFault) {
        remove.bind(key: key)
        try remove.run()
    }

    /// Ends the transaction; `revision` is the last one given out.
    func commit(revision: Int64) throws(StoreFault) {
        setRevision.bind(1, revision)
        try setRevision.run()
        try Database.execute("COMMIT", on: connection)
    }

    /// Moves the log into the file, so that a folder that was closed in order is one file and opens at once. Silent,
    /// because a log that stays loses nothing.
    func checkpoint() { sqlite3_exec(connection, "PRAGMA wal_checkpoint(TRUNCATE)", nil, nil, nil) }

    /// Gives the transaction up. Silent, because it follows a fault that is told.
    func rollback() { sqlite3_exec(connection, "ROLLBACK", nil, nil, nil) }

    private static func execute(_ sql: String, on connection: OpaquePointer) throws(StoreFault) {
        guard sqlite3_exec(connection, sql, nil, nil, nil) == SQLITE_OK else {
            throw .unusable("database: \(String(cString: sqlite3_errmsg(connection)))")
        }
    }
}

/// A prepared statement. Freed by `finalize`, which must come before the connection closes.
private struct Statement {
    private let handle: OpaquePointer
    private let connection: OpaquePointer

    init(_ sql: String, _ connection: OpaquePointer) throws(StoreFault) {
        var prepared: OpaquePointer?
        guard sqlite3_prepare_v2(connection, sql, -1, &prepared, nil) == SQLITE_OK, let handle = prepared else {
            throw .unusable("database: \(String(cString: sqlite3_errmsg(connection)))")
        }
        self.handle = handle
        self.connection = connection
    }

    func finalize() { sqlite3_finalize(handle) }

    func bind(key: StoreKey) {
        bind(1, key.collection)
        bind(2, key.object.namespace ?? "")
        bind(3, key.object.name)
    }

    func bind(_ index: Int32, _ value: Int64) { sqlite3_bind_int64(handle, index, value) }

    func bind(_ index: Int32, _ text: String) {
        sqlite3_bind_text(handle, index, text, Int32(text.utf8.count), csqlite_transient())
    }

    func bind(_ index: Int32, _ bytes: [UInt8]) {
        sqlite3_bind_blob64(handle, index, bytes, sqlite3_uint64(bytes.count), csqlite_transient())
    }

    /// Runs a statement that has no rows.
    func run() throws(StoreFault) {
        defer { sqlite3_reset(handle) }
        _ = try step()
    }

    /// Whether there is a next row.
    func step() throws(StoreFault) -> Bool {
        switch sqlite3_step(handle) {
        case SQLITE_ROW: return true
        case SQLITE_DONE: return false
        default: throw .unusable("database: \(String(cString: sqlite3_errmsg(connection)))")
        }
    }

    func integer(_ column: Int32) -> Int64 { sqlite3_column_int64(handle, column) }

    func text(_ column: Int32) -> String { String(decoding: bytes(column), as: UTF8.self) }

    func bytes(_ column: Int32) -> [UInt8] {
        guard let start = sqlite3_column_blob(handle, column) else { return [] }
        return Array(UnsafeRawBufferPointer(start: start, count: Int(sqlite3_column_bytes(handle, column))))
    }
}
