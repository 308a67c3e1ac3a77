// A line of the files that are one configuration: of had.conf itself, or of one beside it (had.conf.d).
#pragma once

#include <compare>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

namespace had::core {

struct SourceFile {
    std::string path;                         // as it was read: "/etc/had.conf.d/20-lan.conf"
    bool main = false;                        // had.conf itself

    friend bool operator==(const SourceFile&, const SourceFile&) = default;
};

class Line {
public:
    // Of a text that is all there is.  0: the file as a whole.
    Line(unsigned number = 0) : number_(number) {}    // NOLINT: a number is a line
    Line(unsigned number, std::shared_ptr<const SourceFile> file) : number_(number), file_(std::move(file)) {}

    [[nodiscard]] unsigned number() const { return number_; }
    // As it was read; empty: of a text that has no name.
    [[nodiscard]] std::string_view path() const { return file_ ? std::string_view(file_->path) : std::string_view(); }
    // Empty: it is of had.conf itself, whose path who asks knows.
    [[nodiscard]] std::string_view beside() const {
        return !file_ || file_->main ? std::string_view() : std::string_view(file_->path);
    }
    // "had.conf:12" where that is how `own` is called; else "had.conf.d/20-lan.conf:3".
    [[nodiscard]] std::string in(std::string_view own) const;
    // For a mistake in the line `here`: "line 12", or "/etc/had.conf:12" of another file.
    [[nodiscard]] std::string seen_from(const Line& here) const;

    // In the order in which they are read.
    friend bool operator==(const Line& a, const Line& b) {
        return a.number_ == b.number_ && a.beside() == b.beside();
    }
    friend std::strong_ordering operator<=>(const Line& a, const Line& b) {
        const auto files = a.beside() <=> b.beside();
        return files != 0 ? files : a.number_ <=> b.number_;
    }

private:
    unsigned number_;
    std::shared_ptr<const SourceFile> file_;  // shared by all lines of it
};

} // namespace had::core
