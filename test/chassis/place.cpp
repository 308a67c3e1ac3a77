#include "test/chassis/place.hpp"

#include <cstdlib>
#include <filesystem>
#include <stdexcept>

namespace had::test {
namespace {

Place find() {
    namespace fs = std::filesystem;
    Place p;
    const fs::path self = fs::read_symlink("/proc/self/exe");
    p.bin = self.parent_path();
    p.tree = self.parent_path().parent_path().parent_path().parent_path();
    const char* package = std::getenv("HAD_KERNEL");
    p.kernel = p.tree + "/build/kernel/" + (package && *package ? package : "linux-image-amd64");
    p.logs = p.tree + "/build/chassis";
    // The guest mounts it while the root directory is another one, where no link leads anywhere.
    if (fs::exists(p.kernel)) p.kernel = fs::canonical(p.kernel);
    if (!fs::exists(p.kernel + "/initrd.img") || !fs::exists(p.bin + "/chassis-agent"))
        throw std::runtime_error("the virtual chassis is not built: run `make deps check-stories`");
    fs::create_directories(p.logs);
    return p;
}

} // namespace

const Place& place() {
    static const Place found = find();
    return found;
}

} // namespace had::test
