import Base

/// Every bound of the kubelet's paths, by name.
enum KubeletLimits {
    /// Bytes of one log file; then a new one is begun.
    static let logFileBytesMax = 10 * 1024 * 1024
    /// Files kept of one run, the one being written among them.
    static let logFilesMax = 3
    /// Bytes of one line in a log file; longer ones are written in parts.
    static let logLineBytesMax = 16 * 1024
    /// Bytes read and sent at once.
    static let logChunkBytes = 64 * 1024
    /// Bytes of a request's body; none of the paths needs one.
    static let bodyBytesMax = 64 * 1024
    /// Bytes of one SPDY frame.
    static let spdyFrameBytesMax = 1024 * 1024
    /// Bytes of an inflated SPDY header block.
    static let spdyHeaderBytesMax = 64 * 1024
    /// Streams that one port-forward may have open.
    static let spdyStreamsMax = 512
}
