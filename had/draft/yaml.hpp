// A YAML document, by libyaml.  Each value keeps its line.
//
// Aliases are followed, so a short text may mean more values than a machine can hold, and libyaml looks through all
// anchors and open brackets for each word.  So both are bounded: what is loaded, and how many values are looked at.
#pragma once

#include <yaml.h>

#include <functional>
#include <string>
#include <string_view>

namespace had::draft {

inline constexpr std::size_t most_yaml_values = 100000, most_yaml_depth = 64, most_yaml_anchors = 256,
                             most_yaml_directives = 16, most_yaml_scalar = 1000;

class YamlNode;

class YamlDocument {
public:
    explicit YamlDocument(const std::string& text);
    YamlDocument(const YamlDocument&) = delete;
    YamlDocument& operator=(const YamlDocument&) = delete;
    ~YamlDocument();

    [[nodiscard]] bool loaded() const { return loaded_; }
    // Why not, and where.
    [[nodiscard]] const std::string& problem() const { return problem_; }
    [[nodiscard]] unsigned problem_line() const { return problem_line_; }
    YamlNode root();
    // More values were asked for than may be: the rest was not seen.
    [[nodiscard]] bool spent() const { return left_ == 0; }

private:
    friend class YamlNode;
    // Read once without keeping anything.  False: it is no YAML, or too much.
    bool is_moderate(const std::string& text);
    bool wrong(std::string problem, std::size_t line);
    bool spend();

    yaml_document_t document_{};
    std::string problem_;
    unsigned problem_line_ = 0;
    std::size_t left_ = most_yaml_values;
    bool loaded_ = false;
};

// A value, and the document that it is in.  Null: there is none.
class YamlNode {
public:
    YamlNode() = default;

    [[nodiscard]] unsigned line() const { return node_ ? static_cast<unsigned>(node_->start_mark.line) + 1 : 0; }
    [[nodiscard]] bool is_scalar() const { return node_ && node_->type == YAML_SCALAR_NODE; }
    [[nodiscard]] bool is_mapping() const { return node_ && node_->type == YAML_MAPPING_NODE; }
    [[nodiscard]] bool is_list() const { return node_ && node_->type == YAML_SEQUENCE_NODE; }
    // A very long one is cut, and ends in "...": so it is no name, no number and no address.
    [[nodiscard]] std::string text() const;
    void each(const std::function<void(const std::string& key, YamlNode key_node, YamlNode value)>& f) const;
    // A value alone is a list of one.
    void each(const std::function<void(YamlNode)>& f) const;
    [[nodiscard]] YamlNode operator[](std::string_view wanted) const;
    // On one line, for a remark.
    [[nodiscard]] std::string shown() const;

private:
    friend class YamlDocument;
    YamlNode(YamlDocument& document, yaml_node_t* node) : document_(&document), node_(node) {}
    [[nodiscard]] YamlNode at(int index) const;

    YamlDocument* document_ = nullptr;
    yaml_node_t* node_ = nullptr;
};

} // namespace had::draft
