/// One TLS connection over memory: cipher bytes in and out, plain bytes in and out; no socket.
final class TLSSession {
    enum Read { case bytes(Int), wait, end, failed(String) }
    var isReady: Bool { true }
    func advance() -> Bool { true }
    func feed(_ bytes: UnsafeRawBufferPointer) {}
    func read(into room: UnsafeMutableRawBufferPointer) -> Read { .wait }
    func write(_ bytes: UnsafeRawBufferPointer) -> Int { 0 }
    func takeCipher(_ buffer: inout OutBuffer) {}
    func shutDown() {}
}
