import Base
import CLinux
import Foundation
import KubeClient
import KubeModel
import Net
import Node
import TestKit
import Testing

/// A node over an API in memory, running real processes in a scratch folder.
struct TestNode: Sendable {
    let api: FakeAPI
    let folder: String
    let loop: EventLoop
    let client: HTTPClient
    let token = "secret"

    /// Where the kubelet's paths are served.
    func kubelet() async throws -> SocketAddress {
        let node = try await api.wait(for: .nodes, ObjectKey(name: "n1")) { node in
            node?.status["daemonEndpoints"]["kubeletEndpoint"]["Port"].int != nil
        }
        let port = node?.status["daemonEndpoints"]["kubeletEndpoint"]["Port"].int ?? 0
        return try #require(SocketAddress(host: "127.0.0.1", port: port))
    }

    private func request(_ path: String, _ query: [(name: String, value: String)]) -> HTTPRequest {
        var request = HTTPRequest(path: path, query: query)
        request.headers["authorization"] = "Bearer \(token)"
        return request
    }

    /// Asks one of the kubelet's paths.
    func get(_ path: String, query: [(name: String, value: String)] = []) async throws -> String {
        let response = try await client.send(request(path, query), to: kubelet(), timeout: .seconds(60))
        return String(decoding: response.body, as: UTF8.self)
    }

    func follow(_ name: String) async throws -> HTTPBodyReader {
        let query = [(name: "follow", value: "true")]
        return try await client.open(request("/containerLogs/default/\(name)/c", query), to: kubelet()).body
    }

    func forward(_ name: String) async throws -> ByteStream {
        var request = request("/portForward/default/\(name)", [])
        request.method = "POST"
        request.headers["connection"] = "Upgrade"
        request.headers["upgrade"] = "SPDY/3.1"
        request.headers["x-stream-protocol-version"] = "portforward.k8s.io"
        let answer = try await client.upgrade(request, to: kubelet())
        #expect(answer.headers["x-stream-protocol-version"] == "portforward.k8s.io")
        return try #require(answer.stream)
    }

    func log(_ name: String, previous: Bool = false) async throws -> String {
        try await get("/containerLogs/default/\(name)/c", query: [(name: "previous", value: String(previous))])
    }

    @discardableResult
    func wait(for name: String, until condition: (KubeObject?) -> Bool) async throws -> KubeObject? {
        try await api.wait(for: .pods, ObjectKey(namespace: "default", name: name), until: condition)
    }
}

/// Runs a node for as long as `body` does; then it must stop and leave no process behind.
func withNode(
    _ api: FakeAPI = FakeAPI(),
    folder: String? = nil,
    configure: (inout NodeConfiguration, String) -> Void = { _, _ in },
    _ body: (TestNode) async throws -> Void
) async throws {
    try await withScratchDirectory { scratch in
        let folder = folder ?? scratch
        let network = UInt32.random(in: 0x7F20_0000...0x7FDF_0000) & 0xFFFF_0000
        let address = try #require(SocketAddress(host: "127.0.0.1", port: 0))
        var configuration = NodeConfiguration(
            name: "n1",
            dataFolder: folder,
            program: "/bin/false",
            address: address,
            podAddresses: (network | 0x100)...(network | 0x7FFF)
        )
        configuration.token = "secret"
        configuration.engine = ["/nowhere/engine"]
        configure(&configuration, scratch)
        let node = Node(api: api, configuration: configuration)
        let running = Task { try await node.run() }
        let loop = EventLoop(name: "test")
        loop.start()
        defer { loop.stop() }
        let result: Result<Void, any Error>
        do {
            try await body(TestNode(api: api, folder: folder, loop: loop, client: HTTPClient(loop: loop)))
            result = .success(())
        } catch {
            result = .failure(error)
        }
        running.cancel()
        _ = await running.result
        #expect(processes(of: folder) == [])
        try result.get()
    }
}

/// The processes that carry the mark of a data folder.
func processes(of folder: String) -> [String] {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []
    return names.filter { name in
        guard Int32(name) != nil, let environment = FileManager.default.contents(atPath: "/proc/\(name)/environ") else {
            return false
        }
        return environment.split(separator: 0).contains(Data("ROOST_DATA_DIR=\(folder)".utf8))
    }
}

func shell(_ script: String, _ more: JSON = .emptyObject) -> JSON {
    var container: JSON = ["name": "c", "image": "roost.dev/host", "command": ["/bin/sh", "-c", .string(script)]]
    for (name, value) in more.object ?? [:] { container[name] = value }
    return container
}

func isReady(_ pod: KubeObject?) -> Bool { Conditions(pod?.status["conditions"] ?? .null).isTrue("Ready") }

@Suite(.timeLimit(.minutes(2))) struct NodeTests {
    @Test func aPodRunsAnswersAndEnds() async throws {
        try await withNode { node in
            let script = "trap 'echo bye; exit 0' TERM; echo hello; while :; do sleep 0.05; done"
            _ = try await node.api.create(.pods, pod(containers: [shell(script)], grace: 20))
            let running = try await node.wait(for: "p", until: isReady)
            #expect(running?.status["phase"] == "Running")
            #expect(running?.status["podIP"].string?.hasPrefix("127.") == true)
            #expect(
                try await node.get("/metrics/resource").contains("pod_memory_working_set_bytes{namespace=\"default\"")
            )
            let followed = try await node.follow("p")
            #expect(try await followed.read() == Array("hello\n".utf8))
            try await node.api.delete(.pods, ObjectKey(namespace: "default", name: "p"))
            var rest = ""
            while let more = try await followed.read() { rest += String(decoding: more, as: UTF8.self) }
            #expect(rest.hasSuffix("bye\n"))
            try await node.wait(for: "p") { $0 == nil }
            #expect(!FileManager.default.fileExists(atPath: "\(node.folder)/pods/uid-p"))
        }
    }

    @Test func aFailingJobIsTriedAgainAndItsLogsAreKept() async throws {
        try await withNode { node in
            let job = pod(containers: [shell("echo run $$; echo why >&2; exit 3")], restartPolicy: "OnFailure")
            _ = try await node.api.create(.pods, job)
            let failed = try await node.wait(for: "p") { pod in
                pod?.status["containerStatuses"][0]["state"]["waiting"]["reason"] == "CrashLoopBackOff"
            }
            let status = failed?.status["containerStatuses"][0] ?? .null
            #expect(status["restartCount"] == 1)
            #expect(status["lastState"]["terminated"]["exitCode"] == 3)
            #expect(status["lastState"]["terminated"]["message"].string?.hasSuffix("why\n") == true)
            #expect(try await node.log("p").hasSuffix("why\n"))
            #expect(try await node.api.event("BackOff") != nil)
        }
    }

    @Test func aPodFindsTheTokenOfItsAccount() async throws {
        try await withNode { node in
            let path = "/var/run/secrets/kubernetes.io/serviceaccount"
            let mounts: JSON = ["volumeMounts": [["name": "access", "mountPath": .string(path), "readOnly": true]]]
            let token: JSON = ["serviceAccountToken": ["path": "token", "expirationSeconds": 3607]]
            let volume: JSON = ["name": "access", "projected": ["sources": [token]]]
            var job = pod(containers: [shell("cat \(path)/token", mounts)], volumes: [volume], restartPolicy: "Never")
            job.spec["serviceAccountName"] = "reader"
            _ = try await node.api.create(.pods, job)
            try await node.wait(for: "p") { ["Succeeded", "Failed"].contains($0?.status["phase"].string) }
            #expect(try await node.log("p").split(separator: "\n") == ["reader uid-p 3607"])
        }
    }

    @Test func aJobSucceedsWithItsVolumesMounted() async throws {
        try await withNode { node in
            var map = KubeObject(.configMaps, kind: "ConfigMap", namespace: "default", name: "m")
            map["data"] = ["word": "from the map"]
            _ = try await node.api.create(.configMaps, map)
            var claim = KubeObject(
                .persistentVolumeClaims,
                kind: "PersistentVolumeClaim",
                namespace: "default",
                name: "c"
            )
            claim.spec = ["volumeName": "v"]
            claim.status = ["phase": "Bound"]
            _ = try await node.api.create(.persistentVolumeClaims, claim)
            var volume = KubeObject(.persistentVolumes, kind: "PersistentVolume", name: "v")
            volume.spec = ["hostPath": ["path": .string("\(node.folder)/disk")]]
            _ = try await node.api.create(.persistentVolumes, volume)
            let script = """
                echo model > /mnt/models/model.pkl && cat /deep/in/side/word && touch /deep/in/side/x || echo read-only
                cat /mnt/models/model.pkl; test -w /tmp && echo $POD_IP
                """
            let mounts: JSON = [
                "volumeMounts": [
                    ["name": "disk", "mountPath": "/mnt/models"],
                    ["name": "map", "mountPath": "/deep/in/side", "readOnly": true],
                ]
            ]
            let volumes: [JSON] = [
                ["name": "disk", "persistentVolumeClaim": ["claimName": "c"]],
                ["name": "map", "configMap": ["name": "m"]],
            ]
            _ = try await node.api.create(
                .pods,
                pod(containers: [shell(script, mounts)], volumes: volumes, restartPolicy: "Never")
            )
            let done = try await node.wait(for: "p") { ["Succeeded", "Failed"].contains($0?.status["phase"].string) }
            #expect(done?.status["phase"] == "Succeeded")
            let log = try await node.log("p").split(separator: "\n")
            #expect(log.last.map(String.init) == done?.status["podIP"].string)
            #expect(log.contains("from the mapread-only"))
            #expect(FileManager.default.fileExists(atPath: "\(node.folder)/disk/model.pkl"))
            #expect(
                !FileManager.default.fileExists(atPath: "/deep")
                    && !FileManager.default.fileExists(atPath: "/mnt/models")
            )
        }
    }

    @Test func withoutMountNamespacesPathsAreRewrittenAndThatIsTold() async throws {
        try await withNode(configure: { configuration, _ in configuration.usesMounts = false }) { node in
            let mounts: JSON = [
                "volumeMounts": [["name": "d", "mountPath": "/mnt/models"]],
                "env": [["name": "WHERE", "value": "/mnt/models"]], "args": ["sh", "/mnt/models/file"],
            ]
            let container = shell("echo found > $1; cat $WHERE/file", mounts)
            _ = try await node.api.create(
                .pods,
                pod(containers: [container], volumes: [["name": "d", "emptyDir": [:]]], restartPolicy: "Never")
            )
            try await node.wait(for: "p") { $0?.status["phase"] == "Succeeded" }
            #expect(try await node.log("p") == "found\n")
            let told = try await node.api.event("PathsRewritten")?["message"].string ?? ""
            #expect(told.contains("/mnt/models is \(node.folder)/pods/uid-p/volumes/d"))
        }
    }

    @Test func readinessComesFromTheProbe() async throws {
        try await withNode { node in
            let probe: JSON = [
                "exec": ["command": ["/bin/sh", "-c", .string("test -f \(node.folder)/go")]], "periodSeconds": 1,
            ]
            _ = try await node.api.create(
                .pods,
                pod(containers: [shell("sleep 60", ["readinessProbe": probe])], grace: 1)
            )
            let started = try await node.wait(for: "p") { $0?.status["phase"] == "Running" }
            #expect(!isReady(started))
            _ = FileManager.default.createFile(atPath: "\(node.folder)/go", contents: nil)
            try await node.wait(for: "p", until: isReady)
        }
    }

    @Test func aProgramThatIsNotThereIsNamed() async throws {
        try await withNode { node in
            let container: JSON = ["name": "c", "image": "roost.dev/host", "command": ["no-such-program"]]
            _ = try await node.api.create(.pods, pod(containers: [container], restartPolicy: "Never"))
            let failed = try await node.wait(for: "p") { $0?.status["phase"] == "Failed" }
            let terminated = failed?.status["containerStatuses"][0]["state"]["terminated"] ?? .null
            #expect(terminated["reason"] == "StartError")
            #expect(terminated["message"] == "exec: \"no-such-program\": executable file not found in $PATH")
        }
    }

    @Test func hostilePodsAreRefusedWithAReason() async throws {
        try await withNode { node in
            _ = try await node.api.create(.pods, pod(containers: [["name": "../../etc", "image": "x"]]))
            let refused = try await node.wait(for: "p") { $0?.status["phase"] == "Failed" }
            #expect(refused?.status["message"].string?.contains("no usable name") == true)
            #expect(try await node.api.event("Failed") != nil)
        }
    }

    @Test func withoutAnEngineThePodWaitsAndSaysWhy() async throws {
        try await withNode { node in
            _ = try await node.api.create(
                .pods,
                pod(containers: [["name": "c", "image": "busybox:1", "command": ["ls"]]])
            )
            let waiting = try await node.wait(for: "p") { pod in
                pod?.status["containerStatuses"][0]["state"]["waiting"]["reason"] == "ImagePullBackOff"
            }
            #expect(waiting?.status["phase"] == "Pending")
            let message = try await node.api.event("Failed")?["message"].string ?? ""
            #expect(message.contains("image busybox:1 needs a container engine"))
        }
    }

    @Test func anEngineRunsWhatNeedsAnImage() async throws {
        try await withNode(configure: { configuration, scratch in
            // Stands in for podman: says what it was asked, and runs nothing.
            let script = "#!/bin/sh\n[ \"$1\" = run ] && { shift; echo \"$@\"; exit 7; }\nexit 0\n"
            _ = FileManager.default.createFile(
                atPath: "\(scratch)/engine",
                contents: Data(script.utf8),
                attributes: [.posixPermissions: 0o755]
            )
            configuration.engine = ["\(scratch)/engine"]
        }) { node in
            let container: JSON = [
                "name": "c", "image": "busybox:1", "command": ["cp"], "args": ["-r", "/a", "$(B)"],
                "env": [["name": "B", "value": "/b"]],
            ]
            _ = try await node.api.create(.pods, pod(containers: [container], restartPolicy: "Never"))
            let done = try await node.wait(for: "p") { $0?.status["phase"] == "Failed" }
            #expect(done?.status["containerStatuses"][0]["state"]["terminated"]["exitCode"] == 7)
            #expect(try await node.log("p").hasSuffix("--entrypoint cp busybox:1 -r /a /b\n"))
        }
    }

    @Test func podsStopWithTheNodeAndComeBack() async throws {
        try await withScratchDirectory { folder in
            let api = FakeAPI()
            try await withNode(api, folder: folder) { node in
                _ = try await api.create(.pods, pod(containers: [shell("sleep 60")], grace: 1))
                try await node.wait(for: "p", until: isReady)
                #expect(!processes(of: folder).isEmpty)
            }
            let stopped = try await api.find(.pods, ObjectKey(namespace: "default", name: "p"))
            #expect(stopped?.status["phase"] == "Running" && !isReady(stopped))
            let node = try await api.find(.nodes, ObjectKey(name: "n1"))
            #expect(Conditions(node?.status["conditions"] ?? .null).status("Ready") == .unknown)
            try await withNode(api, folder: folder) { node in
                let again = try await node.wait(for: "p", until: isReady)
                #expect(again?.status["containerStatuses"][0]["restartCount"] == 1)
            }
        }
    }

    @Test func whatAnEarlierRunLeftIsKilled() async throws {
        try await withScratchDirectory { folder in
            let orphan = Process()
            orphan.executableURL = URL(fileURLWithPath: "/bin/sleep")
            orphan.arguments = ["60"]
            orphan.environment = ["ROOST_POD_UID": "gone", "ROOST_DATA_DIR": folder]
            try orphan.run()
            // Until it has become sleep, its environment is ours.
            while processes(of: folder).isEmpty { await Task.yield() }
            try await withNode(folder: folder) { node in _ = try await node.kubelet() }
            orphan.waitUntilExit()
            #expect(orphan.terminationReason == .uncaughtSignal)
        }
    }

    @Test func probesAndPortForwardReachThePodsOwnAddress() async throws {
        try await withNode { node in
            let probe: JSON = ["httpGet": ["port": 9000, "path": "/ready?x=1"], "periodSeconds": 1]
            _ = try await node.api.create(
                .pods,
                pod(containers: [shell("sleep 60", ["readinessProbe": probe])], grace: 1)
            )
            let running = try await node.wait(for: "p") { $0?.status["phase"] == "Running" }
            let host = running?.status["podIP"].string ?? ""
            #expect(!isReady(running))
            // Stands in for the server in the pod: what listens at the pod's address is the pod's.
            let service = AsyncHTTPService(bodyMax: 0) { request in
                .complete(HTTPResponse(status: 200, text: "hello from \(request.path) \(request.query("x") ?? "")"))
            }
            let server = HTTPServer(loop: node.loop, service: service)
            _ = try server.listen(try #require(SocketAddress(host: host, port: 9000)))
            try await node.wait(for: "p", until: isReady)

            // kubectl 1.20's side of a recorded port-forward to port 9000, as far as its first request.
            let stream = try await node.forward("p")
            for piece in recordedRequest { try await stream.write(bytes(piece)) }
            var answer = ""
            while !answer.contains("hello from /a"), let more = try await stream.read() {
                answer += String(decoding: more.filter { $0 < 0x80 }, as: UTF8.self)
            }
            #expect(answer.contains("HTTP/1.1 200"))
            stream.close()
        }
    }

    private let recordedRequest = [
        "800300010000003e0000000100000000000078f9e3c6a7c202253a703a2b294a4dcc851625aca9a0808614cb45e01c60696060c0c0c0c0"
            + "590489c64c50f2663400000000ffff",
        "0000000101000000",
        "800300010000001a00000003000000000000826a26ac0ad57850499508000000ffff",
        "00000003",
        "00000050474554202f6120485454502f312e310d0a486f73743a203132372e302e302e313a31383038300d0a557365722d4167656e743a"
            + "206375726c2f372e38382e310d0a4163636570743a202a2f2a0d0a0d0a",
    ]

    private func bytes(_ hex: String) -> [UInt8] {
        let digits = Array(hex)
        return stride(from: 0, to: digits.count, by: 2).compactMap { UInt8(String(digits[$0..<$0 + 2]), radix: 16) }
    }

    @Test func theKubeletAsksForItsToken() async throws {
        try await withNode { node in
            let address = try await node.kubelet()
            for (path, status) in [("/healthz", 200), ("/metrics/resource", 401), ("/exec/default/p/c", 401)] {
                let answer = try await node.client.send(HTTPRequest(path: path), to: address, timeout: .seconds(60))
                #expect(answer.status == status, "\(path)")
            }
            #expect(try await node.get("/exec/default/p/c").contains("runs no commands"))
            #expect(try await node.log("none").contains("pods \\\"none\\\" not found"))
        }
    }
}
