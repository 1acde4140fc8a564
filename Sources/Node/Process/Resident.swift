/// A program of Roost's own that can run within the node's process, for a container that would else have a process.
package protocol ResidentProgram: Sendable {
    /// Starts it; returns when it takes requests. What it throws is why the container does not run.
    func start(_ launch: ResidentLaunch) async throws -> any Resident
}

/// What such a program is started with.
package struct ResidentLaunch: Sendable {
    /// The container's arguments.
    package let words: [String]
    package let environment: [String: String]
    /// The pod's file in the form of /etc/hosts; nil where there is none.
    package let hosts: String?
    /// Takes whole lines for the container's log.
    package let log: @Sendable ([UInt8]) -> Void
}

/// A program to be started within the node's process.
struct ResidentStart: Sendable {
    let program: any ResidentProgram
    let words: [String]
    let environment: [String: String]
}

/// A container's program that runs within the node's process.
package protocol Resident: AnyObject, Sendable {
    /// Seconds that it has kept a processor busy since its start, and bytes that it holds.
    var figures: ResidentFigures { get }
    /// Ends it; what it is doing may go on for at most `limit`.
    func end(within limit: Duration) async
}

/// What a program within the node's process takes.
package struct ResidentFigures: Sendable {
    package let cpuSeconds: Double
    package let heldBytes: Int

    package init(cpuSeconds: Double, heldBytes: Int) {
        self.cpuSeconds = cpuSeconds
        self.heldBytes = heldBytes
    }
}
