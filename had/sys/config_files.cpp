#include "had/sys/config_files.hpp"

#include "had/core/base/limits.hpp"
#include "had/sys/file.hpp"

#include <dirent.h>
#include <fmt/format.h>
#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <memory>
#include <system_error>

namespace had::sys {

using namespace core;

namespace {

struct DirectoryClose {
    void operator()(DIR* directory) const { ::closedir(directory); }
};

bool is_read(std::string_view name) { return name.ends_with(".conf") && !name.starts_with('.'); }

// The names of the directory, in their order.  What is wrong with it is an error of the directory.
class Names {
public:
    Names(std::string directory, Diagnostics& diagnostics)
        : directory_(std::move(directory)), diagnostics_(diagnostics) {
        const std::unique_ptr<DIR, DirectoryClose> open(::opendir(directory_.c_str()));
        if (open) read(*open);
        else if (errno != ENOENT) wrong(fmt::format("cannot read: {}", std::strerror(errno)));
        else if (struct stat link{}; ::lstat(directory_.c_str(), &link) == 0)
            wrong("cannot read: it is a link to a directory that does not exist");
        std::sort(names_.begin(), names_.end());
    }
    [[nodiscard]] const std::vector<std::string>& all() const { return names_; }

private:
    // Also what is not read counts, so that nobody's directory costs more than that.
    void read(DIR& directory) {
        std::size_t seen = 0;
        for (;;) {
            errno = 0;
            const dirent* entry = ::readdir(&directory);
            if (!entry && errno != 0) return wrong(fmt::format("cannot read: {}", std::strerror(errno)));
            if (!entry) return;
            if (++seen > limits::config_directory)
                return wrong(fmt::format("it has more than {} names", limits::config_directory));
            if (!is_read(entry->d_name)) continue;
            if (names_.size() == limits::config_files)
                return wrong(fmt::format("more than {} files end in .conf", limits::config_files));
            names_.emplace_back(entry->d_name);
        }
    }

    void wrong(std::string text) {
        names_.clear();
        diagnostics_.push_back({Severity::error, 0, "", std::move(text), directory_});
    }

    std::string directory_;
    Diagnostics& diagnostics_;
    std::vector<std::string> names_;
};

// A file that names itself is named once.
std::string without_name(std::string text, const std::string& path) {
    const std::string prefix = path + ": ";
    return text.starts_with(prefix) ? text.substr(prefix.size()) : text;
}

} // namespace

std::string directory_beside(const std::string& file) { return file + ".d"; }

ConfigFiles read_config_files(const std::string& file) {
    ConfigFiles files;
    files.texts.push_back({file, read_file(file)});
    const std::string directory = directory_beside(file);
    std::size_t bytes = files.texts[0].text.size();
    const Names names(directory, files.diagnostics);
    for (const std::string& name : names.all()) {
        const std::string path = directory + "/" + name;
        const auto wrong = [&](std::string text) {
            files.diagnostics.push_back({Severity::error, 0, "", without_name(std::move(text), path), path});
        };
        try {
            std::string text = read_file(path);
            bytes += text.size();
            if (bytes > limits::file_bytes) {
                wrong(fmt::format("with it all files together have more than {} bytes", limits::file_bytes));
                break;
            }
            files.texts.push_back({path, std::move(text)});
        } catch (const std::system_error& e) {
            wrong(e.what());
        }
    }
    return files;
}

} // namespace had::sys
