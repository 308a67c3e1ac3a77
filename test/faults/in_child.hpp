// Something done in a process and namespaces of its own, all of which end with it.
#pragma once

#include <functional>
#include <string>
#include <vector>

namespace had::faults {

class Child {
public:
    explicit Child(const std::function<std::string()>& work);
    ~Child();
    Child(const Child&) = delete;
    Child& operator=(const Child&) = delete;

    // What `work` returns; or why it could not.
    [[nodiscard]] std::string result() const;

private:
    int from_ = -1;
    int pid_;
};

// Many of them, `workers` at a time: what `work` returns for 0, 1, 2 ... in as many processes, each with its
// namespaces.  One that a process did not come to says so.
std::vector<std::string> in_children(std::size_t count, std::size_t workers,
                                     const std::function<std::string(std::size_t)>& work);

inline std::string in_child(const std::function<std::string()>& work) { return Child(work).result(); }

} // namespace had::faults
