import Base
import CLinux
import Node
import TestKit
import Testing

@Suite struct LimitsTests {
    @Test(arguments: [
        ("{limits: {cpu: 200m}}", ["cpu.max=20000 100000"]),
        (
            "{limits: {cpu: 2, memory: 64Mi}, requests: {cpu: 1}}",
            ["cpu.max=200000 100000", "memory.max=67108864", "memory.swap.max=0", "memory.oom.group=1"]
        ),
        ("{limits: {cpu: 1m}}", ["cpu.max=1000 100000"]),
        ("{limits: {cpu: 9e18, memory: -1}}", ["memory.max=0"]),
        ("{requests: {cpu: 1, memory: 1Gi}}", nil), ("{limits: {nvidia.com/gpu: 1}}", nil), ("{limits: {cpu: x}}", nil),
    ])
    func limitsBecomeSettings(_ resources: String, _ settings: [String]?) throws {
        let limits = ResourceLimits(try YAML.parse(resources).first ?? .null)
        let told = limits?.settings.map { "\($0.file)=\($0.value)" }
        if let settings, resources.contains("9e18") {
            #expect(told?.first?.hasPrefix("cpu.max=") == true && told?.dropFirst().first == settings[0])
        } else {
            #expect(told == settings)
        }
    }

    private static let unified = "30 29 0:26 / /sys/fs/cgroup rw - cgroup2 cgroup2 rw,nsdelegate\n"

    @Test(arguments: [
        (unified, "0::/\n", "cpuset cpu io memory pids", "", "/sys/fs/cgroup true"),
        (unified, "0::/user.slice/a.scope\n", "cpu memory", "domain", "/sys/fs/cgroup/user.slice/a.scope false"),
        (
            "30 29 0:26 /docker/7 /sys/fs/cgroup rw shared:4 - cgroup2 cgroup rw\n", "0::/docker/7/x\n", "memory cpu",
            "domain", "/sys/fs/cgroup/x false"
        ),
        (unified, "0::/\n", "hugetlb", "", "control group /sys/fs/cgroup has no controller cpu and memory"),
        (unified, "0::/\n", "cpu", "", "control group /sys/fs/cgroup has no controller memory"),
        (unified, "4:memory:/a\n", "cpu memory", "", "/proc/self/cgroup names no control group of version 2"),
        (unified, "0::/../b\n", "cpu memory", "", "the own control group /../b is outside of what is mounted at"),
        (
            "25 29 0:25 / /sys/fs/cgroup/cpu rw - cgroup cgroup rw,cpu\n", "0::/\n", "cpu memory", "",
            "no control groups"
        ),
        ("- cgroup2\n", "0::/\n", "", "", "no control groups"),
    ])
    func thePlaceIsTheOwnGroup(
        _ mounts: String,
        _ own: String,
        _ controllers: String,
        _ type: String,
        _ expected: String
    ) {
        let found: String
        do throws(LimitsLack) {
            let place = try ControlGroupPlace(mounts: mounts, own: own) { path in
                path.hasSuffix("cgroup.type") ? type : controllers
            }
            found = "\(place.folder) \(place.isRoot)"
        } catch {
            found = error.description
        }
        #expect(found.hasPrefix(expected))
    }

    @Test func groupsAreMadeWithTheirLimitsAndStaleOnesRemoved() async throws {
        try await withScratchDirectory { folder in
            let resources: JSON = ["limits": ["cpu": "200m", "memory": "1Mi"]]
            let limits = try #require(ResourceLimits(resources))
            let place = try ControlGroupPlace(mounts: "1 1 0:1 / \(folder) rw - cgroup2 x rw", own: "0::/") { path in
                path.hasSuffix("controllers") ? "cpu memory" : ""
            }
            #expect(mkdir("\(folder)/roost-d--a-b", 0o755) == 0 && mkdir("\(folder)/roost-d--a-b/old.c.0", 0o755) == 0)
            let groups = try ControlGroups(place, dataFolder: "/d-a/b")
            #expect(Self.text("\(folder)/cgroup.subtree_control") == "+cpu +memory")
            let group = try groups.make(pod: "u-1", container: "c", restart: 2, limits)
            #expect(group == "\(folder)/roost-d--a-b/u-1.c.2")
            #expect(Self.text("\(group)/cpu.max") == "20000 100000" && Self.text("\(group)/memory.max") == "1048576")
            #expect(!ControlGroups.wasOutOfMemory(group))
            let events = clinux_open("\(group)/memory.events", O_WRONLY | O_CREAT, 0o644)
            _ = "low 0\noom 4\noom_kill 1\n".withCString { write(events, $0, 22) }
            close(events)
            #expect(ControlGroups.wasOutOfMemory(group))
        }
    }

    @Test func aPlaceThatNobodyMayWriteToIsTold() throws {
        let place = try ControlGroupPlace(mounts: "1 1 0:1 / /proc/none rw - cgroup2 x rw", own: "0::/") { _ in
            "cpu memory"
        }
        #expect(throws: LimitsLack.self) { try ControlGroups(place, dataFolder: "/d") }
    }

    private static func text(_ path: String) -> String {
        let file = clinux_open(path, O_RDONLY, 0)
        defer { close(file) }
        var bytes = [UInt8](repeating: 0, count: 100)
        let count = read(file, &bytes, bytes.count)
        return String(decoding: bytes.prefix(max(0, count)), as: UTF8.self)
    }
}
