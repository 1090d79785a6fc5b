package polly

// row is a language and voices of it.
type row struct {
	language string // BCP 47
	ids      []string
}

// table are voices of the neural engine by language, from the page "Available voices" of the developer guide. Not every
// engine and region has each; the service refuses those it has not. Voices that are not here can be asked for all the same.
func table() []row {
	return []row{
		{"en-US", []string{"Joanna", "Matthew", "Ruth", "Stephen", "Danielle", "Gregory", "Kendra", "Kimberly", "Salli", "Joey", "Ivy", "Justin", "Kevin"}},
		{"en-GB", []string{"Amy", "Emma", "Brian", "Arthur"}},
		{"en-AU", []string{"Olivia"}},
		{"en-IE", []string{"Niamh"}},
		{"en-IN", []string{"Kajal"}},
		{"en-NZ", []string{"Aria"}},
		{"en-ZA", []string{"Ayanda"}},
		{"ar-AE", []string{"Hala", "Zayd"}},
		{"ca-ES", []string{"Arlet"}},
		{"cmn-CN", []string{"Zhiyu"}},
		{"cs-CZ", []string{"Jitka"}},
		{"da-DK", []string{"Sofie"}},
		{"de-AT", []string{"Hannah"}},
		{"de-CH", []string{"Sabrina"}},
		{"de-DE", []string{"Vicki", "Daniel"}},
		{"es-ES", []string{"Lucia", "Sergio"}},
		{"es-MX", []string{"Mia", "Andres"}},
		{"es-US", []string{"Lupe", "Pedro"}},
		{"fi-FI", []string{"Suvi"}},
		{"fr-BE", []string{"Isabelle"}},
		{"fr-CA", []string{"Gabrielle", "Liam"}},
		{"fr-FR", []string{"Lea", "Remi"}},
		{"it-IT", []string{"Bianca", "Adriano"}},
		{"ja-JP", []string{"Takumi", "Kazuha", "Tomoko"}},
		{"ko-KR", []string{"Seoyeon"}},
		{"nb-NO", []string{"Ida"}},
		{"nl-BE", []string{"Lisa"}},
		{"nl-NL", []string{"Laura"}},
		{"pl-PL", []string{"Ola"}},
		{"pt-BR", []string{"Camila", "Vitoria", "Thiago"}},
		{"pt-PT", []string{"Ines"}},
		{"sv-SE", []string{"Elin"}},
		{"tr-TR", []string{"Burcu"}},
		{"yue-CN", []string{"Hiujin"}},
	}
}
