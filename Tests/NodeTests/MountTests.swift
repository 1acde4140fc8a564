import Base
import KubeModel
import Node
import Testing

/// A file system in a dictionary.
private struct Folders: FolderReader {
    let kinds: [String: FileKind]

    func kind(of path: String) -> FileKind? { kinds[path] }
    func linkText(_ path: String) -> String? { "target" }

    func entries(of path: String) -> [String]? {
        let prefix = path == "/" ? "/" : path + "/"
        return kinds.keys.filter { $0.hasPrefix(prefix) && $0 != "/" && !$0.dropFirst(prefix.count).contains("/") }
            .map { String($0.dropFirst(prefix.count)) }
    }
}

@Suite struct MountTests {
    private let folders = Folders(kinds: [
        "/": .folder, "/mnt": .folder, "/mnt/disk": .folder, "/etc": .folder, "/etc/hosts": .file, "/lib": .link,
    ])

    private func point(_ source: String, _ target: String, isFolder: Bool = true, isReadOnly: Bool = false)
        -> MountPoint
    {
        MountPoint(source: source, target: target, isFolder: isFolder, isReadOnly: isReadOnly)
    }

    @Test func whatExistsIsBoundOver() throws {
        let plan = try MountPlan(
            [point("/d/hosts", "/etc/hosts", isFolder: false, isReadOnly: true)],
            stage: "/s",
            reader: folders
        )
        #expect(plan.steps == [.bind("/d/hosts", at: "/etc/hosts"), .readOnly("/etc/hosts")])
    }

    @Test func aMissingMountPointShadowsTheFolderAboveIt() throws {
        let plan = try MountPlan([point("/d/m", "/mnt/models")], stage: "/s", reader: folders)
        #expect(
            plan.steps == [
                .tmpfs("/s"), .folder("/s/disk"), .bind("/mnt/disk", at: "/s/disk"), .folder("/s/models"),
                .bind("/s", at: "/mnt"), .bind("/d/m", at: "/mnt/models"),
            ]
        )
    }

    @Test func aMissingFolderOfTheRootMakesANewRoot() throws {
        let plan = try MountPlan([point("/d/m", "/app/data/m")], stage: "/s", reader: folders)
        #expect(plan.steps.first == .tmpfs("/s"))
        #expect(plan.steps.contains(.link(text: "target", "/s/lib")))
        #expect(
            plan.steps.suffix(5) == [
                .folder("/s/app"), .folder("/s/app/data"), .folder("/s/app/data/m"), .root("/s"),
                .bind("/d/m", at: "/app/data/m"),
            ]
        )
    }

    @Test func aMountInsideAMountComesAfterIt() throws {
        let points = [point("/d/b", "/mnt/models/sub"), point("/d/a", "/mnt/models")]
        let plan = try MountPlan(points, stage: "/s", reader: folders)
        #expect(plan.steps.suffix(2) == [.bind("/d/a", at: "/mnt/models"), .bind("/d/b", at: "/mnt/models/sub")])
        #expect(MountPlan.cover(of: points[0], among: points) == points[1])
    }

    @Test(arguments: [
        ("--model_dir=/mnt/models", "--model_dir=/d/m"), ("/mnt/models/x", "/d/m/x"),
        ("/mnt/models-old", "/mnt/models-old"), ("a:/mnt/models:b", "a:/d/m:b"), ("x/mnt/models", "x/mnt/models"),
        ("", ""),
    ])
    func wordsAreRewrittenWhereNothingCanBeMounted(word: String, expected: String) {
        #expect(PathRewrite([point("/d/m", "/mnt/models")]).apply(word) == expected)
    }

    @Test func addressesAreGivenOnce() {
        let pool = AddressPool(0x7F05_01FD...0x7F05_0202, first: 0x7F05_01FD)
        #expect((0..<4).map { _ in pool.take() } == ["127.5.1.253", "127.5.1.254", "127.5.2.1", "127.5.2.2"])
        #expect(pool.take() == nil)
        pool.giveBack("127.5.2.1")
        #expect(pool.take() == "127.5.2.1")
    }

    @Test func servicesHaveNames() {
        let services = [
            ObjectKey(namespace: "a", name: "web"): "127.1.128.2", ObjectKey(namespace: "b", name: "db"): "127.1.128.3",
        ]
        #expect(
            ClusterHosts.lines(services, for: "a")
                == "127.1.128.2 web.a.svc.cluster.local web.a.svc web.a web\n"
                + "127.1.128.3 db.b.svc.cluster.local db.b.svc db.b\n"
        )
    }

    @Test func namesOfHeadlessServicesMeanTheirReadyPods() {
        var slice = KubeObject(.endpointSlices, kind: "EndpointSlice", namespace: "a", name: "web-x")
        slice.metadata["labels"] = ["kubernetes.io/service-name": "web"]
        slice["endpoints"] = [
            ["addresses": ["127.1.1.9"], "conditions": ["ready": true]],
            ["addresses": ["127.1.1.8"], "conditions": ["ready": false]], ["addresses": ["127.1.1.7"]], [:],
        ]
        let names = "web.a.svc.cluster.local web.a.svc web.a\n"
        let lines = ClusterHosts.lines([:], [HeadlessSlice(slice)], for: "b")
        #expect(lines == "127.1.1.7 \(names)127.1.1.9 \(names)")
        slice["endpoints"] = .array(Array(repeating: ["addresses": ["127.1.1.9"]], count: 1000))
        #expect(ClusterHosts.lines([:], [HeadlessSlice(slice)], for: "b").split(separator: "\n").count == 64)
    }

    @Test func servicesThatStandForOthersHaveTheirAddress() {
        func key(_ name: String) -> ObjectKey { ObjectKey(namespace: "a", name: name) }
        let services = [
            key("gateway"): "127.1.128.2", key("web"): "gateway.a.svc.cluster.local",
            key("lost"): "gone.a.svc.cluster.local", key("far"): "example.org",
        ]
        #expect(ClusterHosts.resolved(services) == [key("gateway"): "127.1.128.2", key("web"): "127.1.128.2"])
    }

    @Test func figuresAreOfTheWholeGroup() {
        var figures = ProcessFigures()
        let rest = "0 0 0 0 0 0 0 150 50 10 0 20 0 1 0 100 5000000 25"
        figures.add("10 (a b) c) S 1 10 10 \(rest)", ticksPerSecond: 100, pageBytes: 4096)
        figures.add("11 (x) R 10 10 10 \(rest)", ticksPerSecond: 100, pageBytes: 4096)
        figures.add("broken", ticksPerSecond: 100, pageBytes: 4096)
        #expect(figures.groups[10]?.residentBytes == 2 * 25 * 4096)
        #expect(abs((figures.groups[10]?.cpuSeconds ?? 0) - 4.2) < 1e-9)
    }
}
