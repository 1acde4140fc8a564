import Base
import ONNX
import Synchronization

/// The variables of containers that run a program of Roost's own: how the platform logs and traces, and where libraries lie.
///
/// To find them takes looks into some 15 folders, so what was found holds for a while: many replicas start at once.
final class NativeVariables: Sendable {
    private let time: any TimeSource
    private let last = Mutex<(variables: [(String, String)], until: Instant)?>(nil)

    /// A library that is installed meanwhile is found after this.
    private static let lifeTime = Duration.seconds(5)

    init(time: any TimeSource = SystemTime()) { self.time = time }

    /// The variables as they were found at most a few seconds ago.
    func current() -> [(String, String)] {
        let now = time.monotonic()
        return last.withLock { last in
            if let last, now < last.until { return last.variables }
            let library = ONNXLibraryPlaces.found.map { [(ONNXLibraryPlaces.named, $0)] } ?? []
            let found = Self.logForm + TracingPart.ofPods + library
            last = (found, now + Self.lifeTime)
            return found
        }
    }

    /// They log as the platform does, unless the pod says otherwise.
    private static var logForm: [(String, String)] {
        Log.form == .text ? [] : [("ROOST_LOG_FORMAT", Log.form.rawValue)]
    }
}
