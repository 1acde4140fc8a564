import CNGHTTP2

/// nghttp2's side of one connection: frames, header compression and flow control, without any I/O.
///
/// Bytes go in by `receive` and come out by `nextBytes`; what they mean is told to the owner in between (see
/// `HTTP2Session+Callbacks`). The owner submits messages at any time, but goes into `receive` or `nextBytes` only from outside.
final class HTTP2Session {
    private let session: OpaquePointer

    /// Bytes that a PING carries.
    private static let pingBytes = 8

    /// Which side of the connection it is.
    enum Role { case server, client }

    /// `owner` must outlive the session.
    init?(_ role: Role, owner: HTTP2Connection, limits: HTTP2Limits, headBytes: Int) {
        var made: OpaquePointer?
        let pointer = Unmanaged.passUnretained(owner).toOpaque()
        let shared = HTTP2Callbacks.shared
        let failure =
            switch role {
            case .server: nghttp2_session_server_new2(&made, shared.callbacks, pointer, shared.options)
            case .client: nghttp2_session_client_new2(&made, shared.callbacks, pointer, shared.options)
            }
        guard failure == 0, let made else { return nil }
        session = made
        submitSettings(role, limits, headBytes)
    }

    deinit { nghttp2_session_del(session) }

    private func submitSettings(_ role: Role, _ limits: HTTP2Limits, _ headBytes: Int) {
        func entry(_ id: nghttp2_settings_id, _ value: Int) -> nghttp2_settings_entry {
            nghttp2_settings_entry(settings_id: Int32(id.rawValue), value: UInt32(clamping: value))
        }
        let own =
            switch role {
            case .server: entry(NGHTTP2_SETTINGS_MAX_CONCURRENT_STREAMS, limits.streams)
            case .client: entry(NGHTTP2_SETTINGS_ENABLE_PUSH, 0)
            }
        let entries = [
            own,
            entry(NGHTTP2_SETTINGS_INITIAL_WINDOW_SIZE, min(limits.streamWindow, Int(Int32.max))),
            entry(NGHTTP2_SETTINGS_MAX_HEADER_LIST_SIZE, headBytes),
            entry(NGHTTP2_SETTINGS_NO_RFC7540_PRIORITIES, 1),
        ]
        _ = nghttp2_submit_settings(session, 0, entries, entries.count)
        let window = Int32(clamping: max(limits.connectionWindow, 65_535))
        _ = nghttp2_session_set_local_window_size(session, 0, 0, window)
    }

    // MARK: bytes

    /// Takes bytes from the other side; false where they cannot be HTTP/2 any more.
    func receive(_ bytes: UnsafeRawBufferPointer) -> Bool {
        let used = nghttp2_session_mem_recv(session, bytes.assumingMemoryBound(to: UInt8.self).baseAddress, bytes.count)
        return used == bytes.count
    }

    /// The next bytes for the other side, valid until the next call; nil where there are none now. Bodies go past this, by
    /// the owner's `sendBody`.
    func nextBytes() -> UnsafeRawBufferPointer? {
        var start: UnsafePointer<UInt8>?
        let count = nghttp2_session_mem_send(session, &start)
        return count > 0 ? UnsafeRawBufferPointer(start: start, count: count) : nil
    }

    var wantsWrite: Bool { nghttp2_session_want_write(session) != 0 }
    /// Whether nothing can happen on this connection any more.
    var isOver: Bool { nghttp2_session_want_read(session) == 0 && !wantsWrite }

    // MARK: streams

    /// Names the object that callbacks of the stream get.
    func bind(_ id: Int32, to stream: HTTP2Stream) {
        nghttp2_session_set_stream_user_data(session, id, Unmanaged.passUnretained(stream).toOpaque())
    }

    /// The object that was named for the stream.
    func stream(_ id: Int32) -> HTTP2Stream? {
        nghttp2_session_get_stream_user_data(session, id).map {
            Unmanaged<HTTP2Stream>.fromOpaque($0).takeUnretainedValue()
        }
    }

    func unbind(_ id: Int32) { nghttp2_session_set_stream_user_data(session, id, nil) }

    /// Sends an answer's head; with a body, the owner is asked for it.
    func submitAnswer(_ id: Int32, _ fields: borrowing HTTP2FieldList, hasBody: Bool) {
        var provider = HTTP2Callbacks.body
        _ = withUnsafePointer(to: &provider) {
            nghttp2_submit_response(session, id, fields.start, fields.count, hasBody ? $0 : nil)
        }
    }

    /// Begins a stream with a request's head; its number, nil where this connection takes none any more.
    func submitRequest(_ fields: borrowing HTTP2FieldList, hasBody: Bool, for stream: HTTP2Stream) -> Int32? {
        var provider = HTTP2Callbacks.body
        let pointer = Unmanaged.passUnretained(stream).toOpaque()
        let id = withUnsafePointer(to: &provider) {
            nghttp2_submit_request(session, nil, fields.start, fields.count, hasBody ? $0 : nil, pointer)
        }
        return id > 0 ? id : nil
    }

    /// Whether a client may begin another stream.
    var takesRequests: Bool { nghttp2_session_check_request_allowed(session) != 0 }

    /// Streams that the other side takes at once; 100 as long as it has not said.
    var streamsMax: Int {
        Int(nghttp2_session_get_remote_settings(session, NGHTTP2_SETTINGS_MAX_CONCURRENT_STREAMS))
    }

    func submitTrailers(_ id: Int32, _ fields: borrowing HTTP2FieldList) {
        _ = nghttp2_submit_trailer(session, id, fields.start, fields.count)
    }

    /// Sends a head that is not the answer yet (100).
    func submitInterim(_ id: Int32, _ fields: borrowing HTTP2FieldList) {
        _ = nghttp2_submit_headers(session, 0, id, nil, fields.start, fields.count, nil)
    }

    /// More of the body is there for a stream that had none to send.
    func resumeBody(_ id: Int32) { _ = nghttp2_session_resume_data(session, id) }

    func reset(_ id: Int32, _ code: nghttp2_error_code) {
        _ = nghttp2_submit_rst_stream(session, 0, id, code.rawValue)
    }

    /// The other side may send `count` bytes more of this body …
    func grantStream(_ id: Int32, _ count: Int) { _ = nghttp2_session_consume_stream(session, id, count) }

    /// … and of any.
    func grantConnection(_ count: Int) { _ = nghttp2_session_consume_connection(session, count) }

    // MARK: the end

    /// Tells the client that the server goes away, without naming a last stream yet.
    func noticeShutdown() { _ = nghttp2_submit_shutdown_notice(session) }

    /// Asks for a sign of life. A PING overtakes all other frames that wait.
    func ping() {
        let opaque = [UInt8](repeating: 0, count: Self.pingBytes)
        _ = nghttp2_submit_ping(session, 0, opaque)
    }

    /// Streams that have not begun by now are not taken any more; the running ones finish.
    func goAway() {
        let last = nghttp2_session_get_last_proc_stream_id(session)
        _ = nghttp2_submit_goaway(session, 0, last, NGHTTP2_NO_ERROR.rawValue, nil, 0)
    }

    /// Ends everything on the connection, saying why.
    func terminate(_ code: nghttp2_error_code) { _ = nghttp2_session_terminate_session(session, code.rawValue) }
}
