import APIServer
import Base
import KubeClient
import KubeModel
import TestKit
import Testing

struct StoreTests {
    private func key(_ name: String) -> StoreKey {
        StoreKey(collection: "configmaps", object: ObjectKey(namespace: "default", name: name))
    }

    @discardableResult
    private func put(_ store: Store, _ name: String, _ value: String, over stored: StoredObject? = nil) async throws
        -> StoredObject
    {
        let expected = stored.map { StoreWrite.Expectation.revision($0.revision) } ?? .absent
        return try await store.commit(StoreWrite(key(name), expected: expected, object: .configMap(name, ["v": value])))
    }

    @Test func expectationsAreChecked() async throws {
        try await withStore { store in
            let first = try await put(store, "a", "1")
            #expect(first.revision == 1 && first.object.resourceVersion == "1")
            await #expect(throws: StoreFault.exists) { try await put(store, "a", "1") }
            let second = try await put(store, "a", "2", over: first)
            await #expect(throws: StoreFault.changed) { try await put(store, "a", "3", over: first) }
            await #expect(throws: StoreFault.missing) { try await put(store, "b", "3", over: first) }
            let gone = try await store.commit(
                StoreWrite(key("a"), expected: .revision(second.revision), object: nil)
            )
            #expect(gone.object.resourceVersion == "3" && gone.object["data"]["v"].string == "2")
            #expect(store.get(key("a")) == nil && store.revision == 3)
        }
    }

    @Test func concurrentWritersLoseNothing() async throws {
        try await withStore { store in
            try await put(store, "counter", "0")
            let conflicts = try await withThrowingTaskGroup(of: Int.self) { group in
                for _ in 0..<8 {
                    group.addTask {
                        var conflicts = 0
                        for _ in 0..<25 { conflicts += try await increment(store) }
                        return conflicts
                    }
                }
                return try await group.reduce(0, +)
            }
            #expect(store.get(key("counter"))?.object["data"]["v"].string == "200")
            #expect(store.revision == 201, "a write that met another one left a trace; \(conflicts) did")
        }
    }

    /// Adds one to the counter; answers how often it had to try anew.
    private func increment(_ store: Store) async throws -> Int {
        var conflicts = 0
        while true {
            let current = try #require(store.get(key("counter")))
            let value = Int(current.object["data"]["v"].string ?? "") ?? 0
            do {
                try await put(store, "counter", String(value + 1), over: current)
                return conflicts
            } catch StoreFault.changed {
                conflicts += 1
            }
        }
    }

    /// What a power-less death leaves: the files as they are while the store is open, its log not folded in.
    @Test func acknowledgedWritesSurviveWithoutCheckpoint() async throws {
        try await withScratchDirectory { folder in
            let store = try Store(folder: "\(folder)/first")
            defer { store.close() }
            for index in 0..<50 { try await put(store, "o\(index)", "x") }
            let removed = try #require(store.get(key("o7")))
            _ = try await store.commit(StoreWrite(key("o7"), expected: .revision(removed.revision), object: nil))
            try copyFolder("\(folder)/first", to: "\(folder)/second")
            let reopened = try Store(folder: "\(folder)/second")
            defer { reopened.close() }
            #expect(reopened.list("configmaps").objects == store.list("configmaps").objects)
            #expect(reopened.revision == store.revision)
        }
    }

    @Test func bookmarksTellHowFarAWatchIs() async throws {
        try await withStore { store in
            var query = StoreWatch(.after(0))
            query.wantsBookmarks = true
            let events = try store.watch("configmaps", query)
            try await put(store, "a", "1")
            store.bookmark()
            var seen: [String] = []
            for try await event in events {
                seen.append(event.summary)
                if case .bookmark(let version, _) = event {
                    #expect(version == "1")
                    break
                }
            }
            #expect(seen == ["ADDED a", "BOOKMARK"])
        }
    }

    @Test func folderServesOneServer() async throws {
        try await withScratchDirectory { folder in
            let store = try Store(folder: folder)
            #expect(throws: StoreFault.unusable("data folder \(folder) is in use by another server")) {
                try Store(folder: folder)
            }
            store.close()
            await #expect(throws: StoreFault.closed) { try await put(store, "a", "1") }
        }
    }

    @Test func watchGoesOnAfterAnyRevision() async throws {
        try await withStore { store in
            var generator = SeededGenerator(seed: 7)
            for _ in 0..<200 { try await randomChange(store, &generator) }
            let final = store.list("configmaps").objects
            for start in stride(from: 0, through: store.revision, by: 13) {
                var seen: [String: KubeObject] = [:]
                for object in try await replay(store, upTo: start) { seen[object.name] = object }
                let events = try store.watch("configmaps", StoreWatch(.after(start)))
                try await apply(events, to: &seen, until: store.revision)
                #expect(seen.values.sorted { $0.name < $1.name } == final, "from revision \(start)")
            }
        }
    }

    private func randomChange(_ store: Store, _ generator: inout SeededGenerator) async throws {
        let name = "o\(Int.random(in: 0..<12, using: &generator))"
        guard let current = store.get(key(name)) else {
            try await put(store, name, "new")
            return
        }
        if Bool.random(using: &generator) {
            try await put(store, name, String(UInt32.random(in: 0...UInt32.max, using: &generator)), over: current)
        } else {
            _ = try await store.commit(StoreWrite(key(name), expected: .revision(current.revision), object: nil))
        }
    }

    /// The objects at a revision, by the history's own account from the beginning.
    private func replay(_ store: Store, upTo revision: Int64) async throws -> [KubeObject] {
        var seen: [String: KubeObject] = [:]
        guard revision > 0 else { return [] }
        try await apply(try store.watch("configmaps", StoreWatch(.after(0))), to: &seen, until: revision)
        return Array(seen.values)
    }

    private func apply(
        _ events: AsyncThrowingStream<WatchEvent, any Error>,
        to seen: inout [String: KubeObject],
        until revision: Int64
    ) async throws {
        guard revision > 0 else { return }
        var last: Int64 = 0
        for try await event in events {
            let object = try #require(event.object)
            let version = try #require(Int64(object.resourceVersion))
            #expect(version > last, "events come in the order of their revisions")
            last = version
            if version > revision { break }
            if case .deleted = event { seen[object.name] = nil } else { seen[object.name] = object }
            if version == revision { break }
        }
    }

    @Test(.timeLimit(.minutes(1))) func readersThatEndWhileChangesAreToldHoldUpNobody() async throws {
        try await withStore { store in
            let writing = Task {
                var index = 0
                while !Task.isCancelled {
                    try await put(store, "o\(index)", "x")
                    index += 1
                }
            }
            for _ in 0..<300 {
                let readers = (0..<4).map { _ in
                    Task {
                        for try await _ in try store.watch("configmaps", StoreWatch(.after(store.revision))) {}
                    }
                }
                await Task.yield()
                for reader in readers { reader.cancel() }
                for reader in readers { _ = await reader.result }
            }
            writing.cancel()
            try await writing.value
            #expect(store.revision > 0)
        }
    }

    @Test func watchersUnderLoadSeeEveryChange() async throws {
        try await withStore { store in
            let events = try store.watch("configmaps", StoreWatch(.now(bookmarked: false)))
            async let writers: Void = withThrowingTaskGroup(of: Void.self) { group in
                for writer in 0..<8 {
                    group.addTask { for index in 0..<40 { try await put(store, "w\(writer)-\(index)", "x") } }
                }
                try await group.waitForAll()
            }
            var count = 0
            for try await event in events {
                count += 1
                #expect(event.object?.resourceVersion == String(count))
                if count == 320 { break }
            }
            try await writers
        }
    }

    @Test func historyThatIsGoneIsExpired() async throws {
        try await withStore(historyMax: 10) { store in
            for index in 0..<30 { try await put(store, "o\(index)", "x") }
            let refused = #expect(throws: APIStatus.self) { try store.watch("configmaps", StoreWatch(.after(19))) }
            #expect(refused?.reason == .expired && refused?.message == "too old resource version: 19 (20)")
            let events = try store.watch("configmaps", StoreWatch(.after(20)))
            var iterator = events.makeAsyncIterator()
            #expect(try await iterator.next()?.object?.resourceVersion == "21")
        }
    }

    @Test func slowWatcherIsEnded() async throws {
        try await withStore(watchQueueMax: 5) { store in
            try await put(store, "present", "x")
            let events = try store.watch("configmaps", StoreWatch(.now(bookmarked: true)))
            for index in 0..<10 { try await put(store, "o\(index)", "x") }
            var names: [String] = []
            let ended = await #expect(throws: APIStatus.self) {
                for try await event in events { names.append(event.summary) }
            }
            #expect(ended?.reason == .expired)
            #expect(names == ["ADDED present", "END"] + (0..<5).map { "ADDED o\($0)" })
        }
    }
}
