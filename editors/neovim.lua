-- Neovim 0.11 or newer: into init.lua.

-- A file type of its own would hide YAML's colours and its server, so the names decide.
vim.lsp.config('pt', {
  cmd = { 'pt', 'lsp' },
  filetypes = { 'yaml', 'json' },
  root_dir = function(buffer, start)
    local file = vim.fs.basename(vim.api.nvim_buf_get_name(buffer))
    if file == 'polytope.yml' or file == 'polytope.yaml' or file == 'polytope.json' then
      start(vim.fs.root(buffer, '.git') or vim.fs.dirname(vim.api.nvim_buf_get_name(buffer)))
    end
  end,
  -- true without yaml-language-server
  init_options = { pt = { schemaDiagnostics = false } },
})
vim.lsp.enable('pt')

-- The code lens: `:lua vim.lsp.codelens.run()` runs the job in a terminal.
vim.lsp.commands['pt.run'] = function(command)
  local job, file = unpack(command.arguments)
  vim.cmd.new()
  vim.fn.jobstart({ 'pt', 'run', '--file', file, '--', job }, { term = true })
end

-- Keys and shapes, from the schema: `pt schema > ~/.config/polytope.schema.json`
vim.lsp.config('yamlls', {
  settings = { yaml = { schemas = { [vim.fn.expand('~/.config/polytope.schema.json')] = 'polytope.{yml,yaml}' } } },
})
