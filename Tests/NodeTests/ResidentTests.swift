import Base
import KubeClient
import KubeModel
import Net
import Node
import Synchronization
import Testing

@Suite(.timeLimit(.minutes(2)))
struct ResidentTests {
    @Test func aProgramOfItsOwnRunsWithinTheNode() async throws {
        let program = StandInProgram()
        try await withNode(configure: { configuration, _ in configuration.residents = ["router": program] }) { node in
            let container: JSON = ["name": "c", "image": "kserve/router:v1", "args": ["--graph-json", "{}"]]
            _ = try await node.api.create(.pods, pod(containers: [container], grace: 7))
            let running = try await node.wait(for: "p", until: isReady)
            let address = running?.status["podIP"].string ?? ""
            #expect(processes(of: node.folder) == [])
            #expect(program.told.withLock { $0 } == ["start --graph-json {} at \(address)"])
            #expect(try await node.log("p") == "begun\n")
            let used = try await node.get("/metrics/resource")
            #expect(
                used.contains("container_cpu_usage_seconds_total{container=\"c\",namespace=\"default\",pod=\"p\"} 1.5")
            )
            try await node.api.delete(.pods, ObjectKey(namespace: "default", name: "p"))
            try await node.wait(for: "p") { $0 == nil }
            #expect(program.told.withLock { $0.last } == "end within 7.0 seconds")
            // A pod that wants a process gets one, and one that cannot start says why.
            var own = pod("own", containers: [container])
            own.metadata["annotations"] = ["roost.dev/own-process": "true"]
            _ = try await node.api.create(.pods, own)
            let bad = pod("bad", containers: [["name": "c", "image": "kserve/router:v1", "args": ["bad"]]])
            _ = try await node.api.create(.pods, bad)
            try await node.wait(for: "bad") { pod in
                pod?.status["containerStatuses"][0]["lastState"]["terminated"]["message"] == "bad words"
            }
            try await node.wait(for: "own") { pod in
                pod?.status["containerStatuses"][0]["lastState"]["terminated"]["exitCode"] == 1
            }
        }
    }
}

/// A program within the node that notes what is asked of it.
private final class StandInProgram: ResidentProgram, Resident {
    let told = Mutex<[String]>([])

    func start(_ launch: ResidentLaunch) async throws -> any Resident {
        if launch.words == ["bad"] { throw LaunchRefusal() }
        let address = launch.environment["ROOST_BIND_ADDRESS"] ?? ""
        told.withLock { $0.append("start \(launch.words.joined(separator: " ")) at \(address)") }
        launch.log(Array("begun\n".utf8))
        return self
    }

    var figures: ResidentFigures { ResidentFigures(cpuSeconds: 1.5, heldBytes: 4096) }

    func end(within limit: Duration) async { told.withLock { $0.append("end within \(limit)") } }
}

private struct LaunchRefusal: Error, CustomStringConvertible { let description = "bad words" }
