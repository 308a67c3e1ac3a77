// Something done in a process and namespaces of its own, all of which end with it.
#pragma once

#include <functional>
#include <string>

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

inline std::string in_child(const std::function<std::string()>& work) { return Child(work).result(); }

} // namespace had::faults
