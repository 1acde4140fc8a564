import CLinux

/// Keeps a data folder to one server: an advisory lock that ends with the process, however it ends.
struct FolderLock: ~Copyable {
    private let descriptor: Int32

    /// Makes the folder where it is missing and takes its lock.
    init(folder: String) throws(StoreFault) {
        mkdir(folder, 0o700)
        let path = "\(folder)/lock"
        descriptor = clinux_open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else {
            throw .unusable("cannot open \(path): \(String(cString: strerror(clinux_errno())))")
        }
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
            close(descriptor)
            throw .unusable("data folder \(folder) is in use by another server")
        }
    }

    deinit { close(descriptor) }
}
